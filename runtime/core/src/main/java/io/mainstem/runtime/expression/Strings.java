package io.mainstem.runtime.expression;

import java.math.BigDecimal;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Functions of text, and conversions. */
final class Strings {

    private static final double LONG_MAX = 0x1p63;

    /** From here on a number has more digits than a person counts. */
    private static final double PLAIN_MAX = 1e21;

    private static final double PLAIN_MIN = 1e-7;

    private Strings() {}

    /** The node of a function of text with one argument, or null when there is none here. */
    static @Nullable Node of(String function, Node text, Node argument) {
        if (text.sort() != Sort.STRING || argument.sort() != Sort.STRING) {
            return null;
        }
        return switch (function) {
            case "contains" -> new Comparisons.Bool(in -> text.text(in).contains(argument.text(in)));
            case "startsWith" -> new Comparisons.Bool(in -> text.text(in).startsWith(argument.text(in)));
            case "endsWith" -> new Comparisons.Bool(in -> text.text(in).endsWith(argument.text(in)));
            default -> null;
        };
    }

    static Node matches(Node text, Pattern pattern) {
        return new Comparisons.Bool(in -> pattern.matcher(text.text(in)).find());
    }

    /** The node of a conversion or of {@code size}, or null when there is none here. */
    static @Nullable Node of(String function, Node operand) {
        return switch (function) {
            case "size" ->
                operand.sort() == Sort.STRING
                        ? new Arithmetic.Whole(in -> {
                            String text = operand.text(in);
                            return text.codePointCount(0, text.length());
                        })
                        : null;
            case "int" -> toInt(operand);
            case "double" -> toDouble(operand);
            case "string" -> toText(operand);
            default -> null;
        };
    }

    private static @Nullable Node toInt(Node operand) {
        return switch (operand.sort()) {
            case INT -> new Arithmetic.Whole(operand::integer);
            case DOUBLE -> new Arithmetic.Whole(in -> whole(operand.real(in)));
            case STRING -> new Arithmetic.Whole(in -> parse(operand.text(in), Long::parseLong, "a whole number"));
            default -> null;
        };
    }

    private static long whole(double value) {
        if (Double.isNaN(value) || value >= LONG_MAX || value <= -LONG_MAX) {
            throw new EvaluationException(value + " is no whole number of 64 bits");
        }
        return (long) value;
    }

    private static @Nullable Node toDouble(Node operand) {
        return switch (operand.sort()) {
            case INT, DOUBLE -> new Arithmetic.Real(operand::real);
            case STRING -> new Arithmetic.Real(in -> parse(operand.text(in), Double::parseDouble, "a number"));
            default -> null;
        };
    }

    private static @Nullable Node toText(Node operand) {
        return switch (operand.sort()) {
            case STRING -> new Text(operand::text);
            case INT -> new Text(in -> Long.toString(operand.integer(in)));
            case BOOL -> new Text(in -> Boolean.toString(operand.bool(in)));
            case DOUBLE ->
                operand instanceof FieldNode field
                        ? new Text(field::exactText)
                        : new Text(in -> plain(operand.real(in)));
            default -> null;
        };
    }

    /** A number with a fraction in the digits that tell it from others, without an exponent unless it is very large or small. */
    static String plain(double value) {
        double size = Math.abs(value);
        if (size >= PLAIN_MAX || size < PLAIN_MIN && size > 0 || Double.isNaN(value)) {
            return Double.toString(value);
        }
        String text =
                value == 0 ? Double.toString(value) : BigDecimal.valueOf(value).toPlainString();
        return text.indexOf('.') < 0 ? text + ".0" : text;
    }

    private static <T> T parse(String text, Function<String, T> parser, String what) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw new EvaluationException("'" + text + "' is not " + what);
        }
    }

    /** A text. */
    interface Characters {
        String of(Input in);
    }

    /** A node of a text. */
    static final class Text extends Node {
        private final Characters value;

        Text(Characters value) {
            super(Sort.STRING, false);
            this.value = value;
        }

        @Override
        String text(Input in) {
            return value.of(in);
        }
    }
}
