package io.mainstem.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One option of a connector, declared once: that declaration parses it, checks it, documents it and describes it to editors.
 * Immutable: the methods that look like setters give changed copies. Keep each in a constant, and read it with
 * {@link Config#get}.
 *
 * @param <T> the class of its values
 */
public final class Option<T> {

    /** The form that a value has in YAML. Open: more may come. */
    public enum Shape {
        /** Text. */
        TEXT,
        /** A whole number. */
        INTEGER,
        /** A number. */
        NUMBER,
        /** {@code true} or {@code false}. */
        BOOLEAN,
        /** A time such as {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 7d}. */
        DURATION,
        /** A number of bytes such as {@code 512}, {@code 64KiB}, {@code 1MiB}. */
        SIZE,
        /** One of some words. */
        CHOICE,
        /** A list of values of one form. */
        LIST,
        /** Names with values of one form. */
        MAP,
        /** Options of its own. */
        SECTION
    }

    private final String name;
    private final Shape shape;
    private final Function<Object, T> parser;
    private final List<String> choices;
    private final @Nullable Option<?> element;
    private final @Nullable ConfigSpec section;
    private final @Nullable T defaultValue;
    private final boolean required;
    private final boolean secret;
    private final String doc;
    private final String example;
    private final String limits;

    private Option(Builder<T> builder) {
        this.name = builder.name;
        this.shape = builder.shape;
        this.parser = builder.parser;
        this.choices = builder.choices;
        this.element = builder.element;
        this.section = builder.section;
        this.defaultValue = builder.defaultValue;
        this.required = builder.required;
        this.secret = builder.secret;
        this.doc = builder.doc;
        this.example = builder.example;
        this.limits = builder.limits;
    }

    /** Text. */
    public static Option<String> text(String name) {
        return new Builder<>(name, Shape.TEXT, Option::scalar).build();
    }

    /** A whole number from {@code min} to {@code max}. */
    public static Option<Long> integer(String name, long min, long max) {
        Builder<Long> builder = new Builder<>(name, Shape.INTEGER, raw -> inRange(wholeNumber(scalar(raw)), min, max));
        builder.limits = min + " to " + max;
        return builder.build();
    }

    /** A number from {@code min} to {@code max}. */
    public static Option<Double> number(String name, double min, double max) {
        Builder<Double> builder = new Builder<>(name, Shape.NUMBER, raw -> inRange(number(scalar(raw)), min, max));
        builder.limits = min + " to " + max;
        return builder.build();
    }

    /** True or false. */
    public static Option<Boolean> bool(String name) {
        return new Builder<>(name, Shape.BOOLEAN, raw -> truth(scalar(raw))).build();
    }

    /** A time from {@code min} to {@code max}. */
    public static Option<Duration> duration(String name, Duration min, Duration max) {
        Builder<Duration> builder =
                new Builder<>(name, Shape.DURATION, raw -> inRange(Values.duration(scalar(raw)), min, max));
        builder.limits = Values.text(min) + " to " + Values.text(max);
        return builder.build();
    }

    /** A number of bytes from {@code min} to {@code max}. */
    public static Option<Long> size(String name, long min, long max) {
        Builder<Long> builder = new Builder<>(name, Shape.SIZE, raw -> sizeInRange(scalar(raw), min, max));
        builder.limits = min + " to " + max + " bytes";
        return builder.build();
    }

    /** One of the constants of an enum; in YAML lower case with hyphens. */
    public static <E extends Enum<E>> Option<E> choice(String name, Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(word(constant), constant);
        }
        Builder<E> builder = new Builder<>(name, Shape.CHOICE, raw -> oneOf(words, scalar(raw)));
        builder.choices = List.copyOf(words.keySet());
        return builder.build();
    }

    /** Text that a function turns into a value; it throws {@link IllegalArgumentException} with what is wrong. */
    public static <T> Option<T> parsed(String name, Function<String, T> parser) {
        return new Builder<>(name, Shape.TEXT, raw -> parser.apply(scalar(raw))).build();
    }

    /** A list of values as {@code element} describes them; one value alone is a list of one. */
    public static <T> Option<List<T>> list(String name, Option<T> element) {
        Builder<List<T>> builder = new Builder<>(name, Shape.LIST, raw -> {
            List<T> values = new ArrayList<>();
            for (Object item : raw instanceof List<?> list ? list : List.of(raw)) {
                values.add(element.parse(item));
            }
            return List.copyOf(values);
        });
        builder.element = element;
        return builder.build();
    }

    /** Names, in their order, with values as {@code element} describes them. No name is the empty text. */
    public static <T> Option<Map<String, T>> map(String name, Option<T> element) {
        Builder<Map<String, T>> builder = new Builder<>(name, Shape.MAP, raw -> {
            if (!(raw instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("must be a map of names to values");
            }
            Map<String, T> values = new LinkedHashMap<>();
            map.forEach((key, value) -> values.put(named(key.toString()), element.parse(value)));
            return java.util.Collections.unmodifiableMap(values);
        });
        builder.element = element;
        return builder.build();
    }

    /** A map of options, each with a form of its own, such as one of several requests. */
    public static Option<Config> section(String name, ConfigSpec spec) {
        Builder<Config> builder = new Builder<>(name, Shape.SECTION, raw -> {
            if (!(raw instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("must be a map of options");
            }
            Map<String, Object> values = new LinkedHashMap<>();
            map.forEach((key, value) -> values.put(key.toString(), value));
            return Config.parse(spec, values);
        });
        builder.section = spec;
        return builder.build();
    }

    /** With a description: what it does, when to set it. */
    public Option<T> doc(String text) {
        Builder<T> builder = new Builder<>(this);
        builder.doc = text;
        return builder.build();
    }

    /** With an example of a value, as it stands in YAML. */
    public Option<T> example(String text) {
        Builder<T> builder = new Builder<>(this);
        builder.example = text;
        return builder.build();
    }

    /** With the value it has when it is not set. */
    public Option<T> defaultValue(T value) {
        Builder<T> builder = new Builder<>(this);
        builder.defaultValue = value;
        return builder.build();
    }

    /** Which must be set. */
    public Option<T> required() {
        Builder<T> builder = new Builder<>(this);
        builder.required = true;
        return builder.build();
    }

    /** Whose value is never shown. */
    public Option<T> secret() {
        Builder<T> builder = new Builder<>(this);
        builder.secret = true;
        return builder.build();
    }

    /**
     * Reads a value.
     *
     * @param raw text, a list or a map of such, as YAML has it
     * @throws IllegalArgumentException with what is wrong, in words that follow the option's name
     */
    public T parse(Object raw) {
        return parser.apply(raw);
    }

    /** The name, lower case with hyphens. */
    public String name() {
        return name;
    }

    /** The form of a value in YAML. */
    public Shape shape() {
        return shape;
    }

    /** The words of a choice. */
    public List<String> choices() {
        return choices;
    }

    /** How the elements of a list or a map look. */
    public Optional<Option<?>> element() {
        return Optional.ofNullable(element);
    }

    /** The options of a section. */
    public Optional<ConfigSpec> section() {
        return Optional.ofNullable(section);
    }

    /** The value when it is not set. */
    public Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** The default as it would stand in YAML, or the empty text. */
    public String defaultText() {
        return defaultValue == null ? "" : yaml(defaultValue);
    }

    /** Whether it must be set. */
    public boolean isRequired() {
        return required;
    }

    /** Whether its value is never shown. */
    public boolean isSecret() {
        return secret;
    }

    /** What it does. */
    public String doc() {
        return doc;
    }

    /** An example of a value, or the empty text. */
    public String example() {
        return example;
    }

    /** The range of its values in words, or the empty text. */
    public String limits() {
        return limits;
    }

    @Override
    public String toString() {
        return name;
    }

    private static String yaml(Object value) {
        if (value instanceof Enum<?> constant) {
            return word(constant);
        }
        return value instanceof Duration duration ? Values.text(duration) : value.toString();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String scalar(Object raw) {
        if (raw instanceof List<?> || raw instanceof Map<?, ?>) {
            throw new IllegalArgumentException("must be one value, not a " + (raw instanceof List<?> ? "list" : "map"));
        }
        return raw.toString();
    }

    private static String named(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("must have names, and the empty text is none");
        }
        return name;
    }

    private static long wholeNumber(String text) {
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number, not '" + text + "'", e);
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a number, not '" + text + "'", e);
        }
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false, not '" + text + "'");
        };
    }

    private static long sizeInRange(String text, long min, long max) {
        long size = Values.size(text);
        if (size < min || size > max) {
            throw new IllegalArgumentException("must be from " + Values.sizeText(min) + " to " + Values.sizeText(max)
                    + (max == Long.MAX_VALUE ? " bytes" : "") + ", not " + text.strip());
        }
        return size;
    }

    private static <C extends Comparable<C>> C inRange(C value, C min, C max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "must be from " + yaml(min) + " to " + yaml(max) + ", not " + yaml(value));
        }
        return value;
    }

    private static <E> E oneOf(Map<String, E> words, String text) {
        E value = words.get(text);
        if (value == null) {
            throw new IllegalArgumentException(
                    "must be one of " + String.join(", ", words.keySet()) + ", not '" + text + "'");
        }
        return value;
    }

    private static final class Builder<T> {
        private final String name;
        private final Shape shape;
        private final Function<Object, T> parser;
        private List<String> choices = List.of();
        private @Nullable Option<?> element;
        private @Nullable ConfigSpec section;
        private @Nullable T defaultValue;
        private boolean required;
        private boolean secret;
        private String doc = "";
        private String example = "";
        private String limits = "";

        Builder(String name, Shape shape, Function<Object, T> parser) {
            this.name = Objects.requireNonNull(name);
            this.shape = shape;
            this.parser = parser;
        }

        Builder(Option<T> option) {
            this(option.name, option.shape, option.parser);
            this.choices = option.choices;
            this.element = option.element;
            this.section = option.section;
            this.defaultValue = option.defaultValue;
            this.required = option.required;
            this.secret = option.secret;
            this.doc = option.doc;
            this.example = option.example;
            this.limits = option.limits;
        }

        Option<T> build() {
            return new Option<>(this);
        }
    }
}
