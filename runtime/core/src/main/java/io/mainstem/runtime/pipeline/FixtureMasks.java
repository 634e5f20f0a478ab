package io.mainstem.runtime.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts into exchanges, in the place of what nobody may see, what a file may have: the placeholder that brought it in, so that another
 * value can be put there later; else three stars. It is found plain, as a part of a URL, of a text of JSON, and of Base64. Thread-safe.
 */
public final class FixtureMasks {

    private static final Pattern PLACEHOLDER = Pattern.compile("(?<!\\$)\\$\\{[^}]+}");

    private final Map<String, String> replacements = new HashMap<>();
    private @Nullable Pattern pattern;

    private FixtureMasks(Map<String, String> placeholders, Secrets secrets) {
        secrets.values().forEach(this::hide);
        placeholders.forEach((value, placeholder) -> {
            hide(value);
            replacements.put(value, placeholder);
        });
    }

    /**
     * The masks of a pipeline.
     *
     * @param secrets what of it must not be shown
     */
    public static FixtureMasks of(Pipeline pipeline, Secrets secrets, Outside outside) {
        Map<String, String> placeholders = new LinkedHashMap<>();
        Placeholders reader = new Placeholders(outside, new Findings(pipeline.file()));
        Matcher matcher = PLACEHOLDER.matcher(text(pipeline));
        while (matcher.find()) {
            reader.resolve(Place.START, matcher.group()).outside().stream()
                    .filter(secrets.values()::contains)
                    .forEach(value -> placeholders.putIfAbsent(value, matcher.group()));
        }
        return new FixtureMasks(placeholders, secrets);
    }

    private static String text(Pipeline pipeline) {
        try {
            return Files.readString(pipeline.file());
        } catch (IOException e) {
            // It was read a moment ago; without it the values are masked, and have no names.
            return "";
        }
    }

    /** Something more that nobody may see. */
    public synchronized void hide(String secret) {
        if (secret.isEmpty() || Secrets.isTooShort(secret)) {
            return;
        }
        for (String form : SecretForms.of(secret)) {
            if (replacements.putIfAbsent(form, Secrets.MASK) == null) {
                pattern = null;
            }
        }
    }

    /** A value of an exchange as it may be in a file; equal values stay equal. */
    public Object masked(Object value) {
        if (value instanceof String text) {
            return masked(text);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> masked = new LinkedHashMap<>();
            map.forEach((name, inner) -> masked.put(masked(name.toString()), masked(inner == null ? "" : inner)));
            return masked;
        }
        return value instanceof List<?> list
                ? list.stream().map(item -> masked(item == null ? "" : item)).toList()
                : value;
    }

    private String masked(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int end = 0;
        Matcher matcher = pattern().matcher(text);
        while (matcher.find()) {
            String before = text.substring(end, matcher.start());
            String replacement = replacements.getOrDefault(matcher.group(), Secrets.MASK);
            // Behind a dollar sign a placeholder would be the text of one.
            out.append(escaped(before)).append(before.endsWith("$") ? Secrets.MASK : replacement);
            end = matcher.end();
        }
        return out.append(escaped(text.substring(end))).toString();
    }

    private static String escaped(String text) {
        return text.replace("${", "$${");
    }

    /** Longest first: a secret that contains another must go as a whole. */
    private synchronized Pattern pattern() {
        if (pattern == null) {
            List<String> forms = new ArrayList<>(replacements.keySet());
            forms.sort((one, other) -> Integer.compare(other.length(), one.length()));
            pattern = Pattern.compile(
                    forms.isEmpty()
                            ? "(?!)"
                            : String.join(
                                    "|", forms.stream().map(Pattern::quote).toList()));
        }
        return pattern;
    }
}
