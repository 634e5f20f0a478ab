package io.mainstem.api;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Masks secrets in what is shown or kept of a text that others wrote, such as the answer of a server that repeats a credential. A secret is
 * found however it is spelled: as it is, and with any of its characters as URLs, JSON and HTML write them, also in one another. Immutable
 * and thread-safe.
 */
public final class SecretText {

    /** What stands in the place of a secret. */
    public static final String MASK = "***";

    /** Longest first: a secret that contains another must go as a whole. */
    private final List<Pattern> patterns;

    private SecretText(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /** These secrets; the empty text is none. */
    public static SecretText of(Collection<String> secrets) {
        return new SecretText(secrets.stream()
                .filter(secret -> !secret.isEmpty())
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(SecretText::pattern)
                .collect(Collectors.toUnmodifiableList()));
    }

    /** The text with a mask in the place of each secret. */
    public String mask(String text) {
        String masked = text;
        for (Pattern pattern : patterns) {
            masked = pattern.matcher(masked).replaceAll(Matcher.quoteReplacement(MASK));
        }
        return masked;
    }

    /** What finds a secret, however it is spelled. */
    public static Pattern pattern(String secret) {
        StringBuilder pattern = new StringBuilder();
        secret.codePoints().forEach(character -> pattern.append(spellings(character)));
        return Pattern.compile(pattern.toString());
    }

    /** Nobody writes plain letters and digits in another way. */
    private static String spellings(int character) {
        String plain = Pattern.quote(Character.toString(character));
        if (character < 0x80 && Character.isLetterOrDigit(character)) {
            return plain;
        }
        return "(?:" + plain + (character == ' ' ? "|\\+" : "") + "|" + inJson(character) + "|" + inUrl(character) + "|"
                + inHtml(character) + ")";
    }

    private static String inJson(int character) {
        String letter = switch (character) {
            case '\n' -> "n";
            case '\r' -> "r";
            case '\t' -> "t";
            case '\b' -> "b";
            case '\f' -> "f";
            default -> Pattern.quote(Character.toString(character));
        };
        String units = Character.toString(character)
                .chars()
                .mapToObj(unit -> "\\\\+u(?i:" + String.format(Locale.ROOT, "%04x", unit) + ")")
                .collect(Collectors.joining());
        // A backslash of the secret itself is written as several.
        return (character == '\\' ? "\\\\+" : "\\\\+" + letter) + "|" + units;
    }

    private static String inUrl(int character) {
        StringBuilder bytes = new StringBuilder();
        for (byte each : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
            bytes.append("%(?:25)*(?i:")
                    .append(String.format(Locale.ROOT, "%02x", each))
                    .append(')');
        }
        return bytes.toString();
    }

    private static String inHtml(int character) {
        return "&(?:amp;)*(?:#0*" + character + "|#[xX]0*(?i:" + Integer.toHexString(character) + ")|[A-Za-z]{2,8});";
    }
}
