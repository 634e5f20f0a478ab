package io.mainstem.runtime.expression;

import org.jspecify.annotations.Nullable;

/** Sums, products and the like. Whole numbers that overflow are an error, as the language has it. */
final class Arithmetic {

    private Arithmetic() {}

    /** The node of an operator, or null when its operands' sorts have none here. */
    static @Nullable Node of(String operator, Node left, Node right) {
        if (left.sort() == Sort.INT && right.sort() == Sort.INT) {
            return whole(operator, left, right);
        }
        if (left.sort() == Sort.DOUBLE && right.sort() == Sort.DOUBLE) {
            return real(operator, left, right);
        }
        return operator.equals("_+_") && left.sort() == Sort.STRING && right.sort() == Sort.STRING
                ? new Strings.Text(in -> left.text(in) + right.text(in))
                : null;
    }

    private static @Nullable Node whole(String operator, Node left, Node right) {
        return switch (operator) {
            case "_+_" -> new Whole(in -> Math.addExact(left.integer(in), right.integer(in)));
            case "_-_" -> new Whole(in -> Math.subtractExact(left.integer(in), right.integer(in)));
            case "_*_" -> new Whole(in -> Math.multiplyExact(left.integer(in), right.integer(in)));
            case "_/_" -> new Whole(in -> divide(left.integer(in), right.integer(in)));
            case "_%_" -> new Whole(in -> remainder(left.integer(in), right.integer(in)));
            default -> null;
        };
    }

    private static long divide(long left, long right) {
        if (right == 0) {
            throw new EvaluationException(left + " is divided by zero");
        }
        if (left == Long.MIN_VALUE && right == -1) {
            throw new ArithmeticException("overflow");
        }
        return left / right;
    }

    private static long remainder(long left, long right) {
        if (right == 0) {
            throw new EvaluationException("the remainder of " + left + " by zero is asked for");
        }
        if (left == Long.MIN_VALUE && right == -1) {
            throw new ArithmeticException("overflow");
        }
        return left % right;
    }

    private static @Nullable Node real(String operator, Node left, Node right) {
        return switch (operator) {
            case "_+_" -> new Real(in -> left.real(in) + right.real(in));
            case "_-_" -> new Real(in -> left.real(in) - right.real(in));
            case "_*_" -> new Real(in -> left.real(in) * right.real(in));
            case "_/_" -> new Real(in -> left.real(in) / right.real(in));
            default -> null;
        };
    }

    static @Nullable Node negative(Node operand) {
        return switch (operand.sort()) {
            case INT -> new Whole(in -> Math.negateExact(operand.integer(in)));
            case DOUBLE -> new Real(in -> -operand.real(in));
            default -> null;
        };
    }

    /** A whole number. */
    interface Integer64 {
        long of(Input in);
    }

    /** A number. */
    interface Float64 {
        double of(Input in);
    }

    /** A node of a whole number. */
    static final class Whole extends Node {
        private final Integer64 value;

        Whole(Integer64 value) {
            super(Sort.INT, false);
            this.value = value;
        }

        @Override
        long integer(Input in) {
            try {
                return value.of(in);
            } catch (ArithmeticException e) {
                throw new EvaluationException("a whole number is more than 64 bits can hold");
            }
        }
    }

    /** A node of a number. */
    static final class Real extends Node {
        private final Float64 value;

        Real(Float64 value) {
            super(Sort.DOUBLE, false);
            this.value = value;
        }

        @Override
        double real(Input in) {
            return value.of(in);
        }
    }
}
