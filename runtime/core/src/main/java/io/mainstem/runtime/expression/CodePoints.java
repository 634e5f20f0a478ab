package io.mainstem.runtime.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Functions of text that count characters as the language has it, by code points: no character is cut in half, and {@code size} is one
 * more than the last index. An index out of range is an {@link IndexOutOfBoundsException}.
 */
final class CodePoints {

    private static final int CASE = 'a' - 'A';
    private static final char NEXT_LINE = '\u0085';

    private CodePoints() {}

    static String charAt(String text, long index) {
        int at = at(text, index);
        return at == text.length() ? "" : Character.toString(text.codePointAt(at));
    }

    static String lowerAscii(String text) {
        return mapped(text, c -> c >= 'A' && c <= 'Z' ? c + CASE : c);
    }

    static String upperAscii(String text) {
        return mapped(text, c -> c >= 'a' && c <= 'z' ? c - CASE : c);
    }

    private static String mapped(String text, IntUnaryOperator change) {
        StringBuilder mapped = new StringBuilder(text.length());
        text.chars().map(change).forEach(c -> mapped.append((char) c));
        return mapped.toString();
    }

    /** Without what Unicode calls white space at both ends. */
    static String trim(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isSpace(text.charAt(begin))) {
            begin++;
        }
        while (end > begin && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static boolean isSpace(char c) {
        return c >= '\t' && c <= '\r' || c == NEXT_LINE || Character.isSpaceChar(c);
    }

    static long indexOf(String text, String part, long from) {
        return counted(text, text.indexOf(part, at(text, from)));
    }

    static long lastIndexOf(String text, String part) {
        return counted(text, text.lastIndexOf(part));
    }

    static long lastIndexOf(String text, String part, long from) {
        return counted(text, text.lastIndexOf(part, at(text, from)));
    }

    static String substring(String text, long from) {
        return text.substring(at(text, from));
    }

    static String substring(String text, long from, long to) {
        int begin = at(text, from);
        int end = at(text, to);
        if (begin > end) {
            throw new IndexOutOfBoundsException("a part from " + from + " to " + to + " ends before it begins");
        }
        return text.substring(begin, end);
    }

    /** Replaces the first ones. Nothing is in front of each character, and behind the last. */
    static String replace(String text, String part, String by, long most) {
        StringBuilder replaced = new StringBuilder();
        int begin = 0;
        int next = text.indexOf(part);
        for (long count = 0; next >= 0 && (most < 0 || count < most); count++) {
            replaced.append(text, begin, next).append(by);
            begin = next + part.length();
            next = next(text, part, next);
        }
        return replaced.append(text, begin, text.length()).toString();
    }

    private static int next(String text, String part, int found) {
        if (!part.isEmpty()) {
            return text.indexOf(part, found + part.length());
        }
        return found == text.length() ? -1 : text.offsetByCodePoints(found, 1);
    }

    /** Splits into at most so many parts; less than none is no limit. Between nothing there are the characters. */
    static String[] split(String text, String separator, long most) {
        if (most == 0) {
            return new String[0];
        }
        List<String> parts = new ArrayList<>();
        int begin = 0;
        while (most < 0 || parts.size() < most - 1) {
            int end = separator.isEmpty() ? afterOne(text, begin) : text.indexOf(separator, begin);
            if (end < 0) {
                break;
            }
            parts.add(text.substring(begin, end));
            begin = end + separator.length();
        }
        if (!separator.isEmpty() || begin < text.length()) {
            parts.add(text.substring(begin));
        }
        return parts.toArray(String[]::new);
    }

    /** Behind the character that begins here, or -1 when it is the last or none. */
    private static int afterOne(String text, int begin) {
        int end = begin < text.length() ? text.offsetByCodePoints(begin, 1) : text.length();
        return end == text.length() ? -1 : end;
    }

    private static long counted(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static int at(String text, long index) {
        if (index < 0 || index > text.length()) {
            throw outside(text, index);
        }
        try {
            return text.offsetByCodePoints(0, (int) index);
        } catch (IndexOutOfBoundsException e) {
            throw outside(text, index);
        }
    }

    private static IndexOutOfBoundsException outside(String text, long index) {
        return new IndexOutOfBoundsException(
                "there is no character " + index + " in a text of " + text.codePointCount(0, text.length()));
    }
}
