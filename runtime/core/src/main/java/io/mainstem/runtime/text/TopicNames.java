package io.mainstem.runtime.text;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules for names of topics, and for the templates that make them. */
public final class TopicNames {

    private static final List<String> WORDS = List.of("pipeline", "source", "stream");
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final Pattern TEMPLATE_WORD = Pattern.compile("\\{([^{}]*)}");
    private static final String RESERVED = "__";

    private TopicNames() {}

    /** What is wrong with a name, in words that follow it. */
    public static Optional<String> wrongName(String name) {
        if (!LEGAL.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            return Optional.of("must have 1 to 249 letters, digits, dots, underscores and hyphens");
        }
        if (name.startsWith(RESERVED)) {
            return Optional.of("must not start with two underscores, as topics of the log itself do");
        }
        return Optional.empty();
    }

    /** What is wrong with a pattern of names, in which {@code *} stands for any letters, in words that follow it. */
    public static Optional<String> wrongPattern(String pattern) {
        return wrongName(pattern.replace('*', 'x'));
    }

    /** What is wrong with a template, in words that follow it. */
    public static Optional<String> wrongTemplate(String template) {
        Matcher matcher = TEMPLATE_WORD.matcher(template);
        while (matcher.find()) {
            String word = matcher.group(1);
            if (!WORDS.contains(word)) {
                return Optional.of("has '{" + word + "}'; only {pipeline}, {source} and {stream} stand for names"
                        + Nearest.hint(word, WORDS));
            }
        }
        return wrongName(TEMPLATE_WORD.matcher(template).replaceAll("x"));
    }

    /** Whether a pattern could take a topic that comes of a template whose pipeline and source are filled in. */
    public static boolean couldMeet(String pattern, String template) {
        String other = template.replace("{stream}", "*");
        boolean[] ends = new boolean[other.length() + 1];
        for (int i = pattern.length(); i >= 0; i--) {
            boolean[] after = ends;
            ends = new boolean[other.length() + 1];
            for (int j = other.length(); j >= 0; j--) {
                ends[j] = meets(pattern, i, other, j, ends, after);
            }
        }
        return ends[0];
    }

    /** Whether what is left of two patterns has a text in common, from what is known of shorter rests. */
    private static boolean meets(String pattern, int i, String other, int j, boolean[] same, boolean[] after) {
        boolean isEnd = i == pattern.length();
        boolean isOtherEnd = j == other.length();
        if (!isEnd && pattern.charAt(i) == '*') {
            return after[j] || !isOtherEnd && same[j + 1];
        }
        if (!isOtherEnd && other.charAt(j) == '*') {
            return same[j + 1] || !isEnd && after[j];
        }
        return isEnd ? isOtherEnd : !isOtherEnd && pattern.charAt(i) == other.charAt(j) && after[j + 1];
    }

    /** Whether a topic could come of a template whose pipeline and source are filled in. */
    public static boolean couldBe(String topic, String template) {
        String[] parts = template.split("\\{stream}", -1);
        StringBuilder regex = new StringBuilder(Pattern.quote(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            regex.append(".+").append(Pattern.quote(parts[i]));
        }
        return Pattern.matches(regex.toString(), topic);
    }
}
