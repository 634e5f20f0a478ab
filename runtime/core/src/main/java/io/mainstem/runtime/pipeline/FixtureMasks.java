package io.mainstem.runtime.pipeline;

import io.mainstem.api.SecretText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts into exchanges, in the place of what nobody may see, what a file may have: the placeholder that brought it in, so that another
 * value can be put there later; else three stars. It is found in all of its {@link SecretForms}. Thread-safe.
 */
public final class FixtureMasks {

    private static final Pattern PLACEHOLDER = Pattern.compile("(?<!\\$)\\$\\{[^}]+}");

    /** A secret of so many characters has a mask of its own: two that differ, such as names of pages, stay different. */
    private static final int OWN_MASK_LEAST = 16;

    /** By form, the longest first. */
    private final Map<String, Form> forms =
            new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** What finds a secret in spellings that are none of the forms. */
    private final Map<Pattern, String> spellings = new LinkedHashMap<>();

    private final Set<String> literal = new LinkedHashSet<>();

    /**
     * What stands for a form of a secret.
     *
     * @param inFile in a file
     * @param compared where requests are compared, which may have the values of another place
     * @param isCut whether the characters beside it go with it
     */
    private record Form(String inFile, String compared, boolean isCut) {}

    /** A part of a text that is masked. */
    private record Span(int begin, int end, String mask) {}

    private FixtureMasks(Map<String, String> placeholders, Secrets secrets) {
        placeholders.forEach((value, placeholder) -> add(value, placeholder, Secrets.MASK));
        secrets.values().forEach(value -> add(value, Secrets.MASK, Secrets.MASK));
    }

    /**
     * The masks of a pipeline.
     *
     * @param secrets what of it must not be shown
     */
    public static FixtureMasks of(Pipeline pipeline, Secrets secrets, Outside outside) {
        Map<String, String> placeholders = new LinkedHashMap<>();
        Set<String> literal = new LinkedHashSet<>();
        Placeholders reader = new Placeholders(outside, new Findings(pipeline.file()));
        Matcher matcher = PLACEHOLDER.matcher(text(pipeline));
        while (matcher.find()) {
            for (String value : reader.resolve(Place.START, matcher.group()).outside()) {
                if (secrets.values().contains(value)) {
                    placeholders.putIfAbsent(value, matcher.group());
                } else if (!value.isEmpty()) {
                    literal.add(matcher.group());
                }
            }
        }
        FixtureMasks masks = new FixtureMasks(placeholders, secrets);
        masks.literal.addAll(literal);
        return masks;
    }

    private static String text(Pipeline pipeline) {
        try {
            return Files.readString(pipeline.file());
        } catch (IOException e) {
            // It was read a moment ago; without it the values are masked, and have no names.
            return "";
        }
    }

    /** The placeholders whose values are so short that they cannot be found again: a file has them as they are. */
    public List<String> literal() {
        return List.copyOf(literal);
    }

    /** Something more that nobody may see. */
    public void hide(String secret) {
        String mask = mask(secret);
        add(secret, mask, mask);
    }

    private static String mask(String secret) {
        return secret.length() < OWN_MASK_LEAST ? Secrets.MASK : Secrets.MASK + digits(secret);
    }

    /** Too few of them to tell anything of a secret that is long. */
    private static String digits(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private synchronized void add(String secret, String inFile, String compared) {
        if (secret.isEmpty() || Secrets.isTooShort(secret) || forms.containsKey(secret)) {
            return;
        }
        SecretForms.of(secret).forEach((form, isCut) -> {
            String mask = form.equals(secret) ? inFile : compared;
            forms.putIfAbsent(form, new Form(mask, compared, isCut));
        });
        spellings.put(SecretText.pattern(secret), compared);
    }

    /** A value of an exchange as it may be in a file; equal values stay equal. */
    public Object masked(Object value) {
        return masked(value, false);
    }

    /** A value of a request, to be compared with another: where both were masked, they are taken for equal. */
    public Object compared(Object value) {
        return masked(value, true);
    }

    private Object masked(Object value, boolean isCompared) {
        if (value instanceof String text) {
            return masked(text, isCompared);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> masked = new LinkedHashMap<>();
            // A name in YAML has no placeholders.
            map.forEach((name, inner) ->
                    masked.put(masked(name.toString(), true), masked(inner == null ? "" : inner, isCompared)));
            return masked;
        }
        return value instanceof List<?> list
                ? list.stream()
                        .map(item -> masked(item == null ? "" : item, isCompared))
                        .toList()
                : value;
    }

    private String masked(String text, boolean isCompared) {
        StringBuilder out = new StringBuilder(text.length());
        int end = 0;
        for (Span span : spans(text, isCompared)) {
            String before = text.substring(end, span.begin());
            // Behind a dollar sign a placeholder would be the text of one.
            out.append(escaped(before, isCompared)).append(before.endsWith("$") ? Secrets.MASK : span.mask());
            end = span.end();
        }
        return out.append(escaped(text.substring(end), isCompared)).toString();
    }

    private static String escaped(String text, boolean isCompared) {
        return isCompared ? text : text.replace("${", "$${");
    }

    /** What is to be masked, in its order; parts that overlap are one. */
    private List<Span> spans(String text, boolean isCompared) {
        List<Span> found = found(text, isCompared);
        found.sort(Comparator.comparingInt(Span::begin)
                .thenComparing(Comparator.comparingInt(Span::end).reversed()));
        List<Span> spans = new ArrayList<>();
        for (Span span : found) {
            Span last = spans.isEmpty() ? new Span(-1, -1, "") : spans.get(spans.size() - 1);
            if (span.begin() >= last.end()) {
                spans.add(span);
            } else if (span.end() > last.end()) {
                spans.set(spans.size() - 1, new Span(last.begin(), span.end(), Secrets.MASK));
            }
        }
        return spans;
    }

    private synchronized List<Span> found(String text, boolean isCompared) {
        List<Span> found = new ArrayList<>();
        forms.forEach((form, how) -> {
            for (int at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length())) {
                int end = at + form.length();
                boolean more = how.isCut() && end < text.length() && isBase64(text.charAt(end));
                boolean less = how.isCut() && at > 0 && isBase64(text.charAt(at - 1));
                found.add(
                        new Span(less ? at - 1 : at, more ? end + 1 : end, isCompared ? how.compared() : how.inFile()));
            }
        });
        spellings.forEach((spelling, mask) -> spelling.matcher(text)
                .results()
                .filter(result -> !forms.containsKey(result.group()))
                .forEach(result -> found.add(new Span(result.start(), result.end(), mask))));
        return found;
    }

    private static boolean isBase64(char c) {
        return c < 0x7f && Character.isLetterOrDigit(c) || c == '+' || c == '/' || c == '-' || c == '_';
    }
}
