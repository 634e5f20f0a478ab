package io.mainstem.runtime.expression;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Equality, order, and whether a value is in a list. */
final class Comparisons {

    private Comparisons() {}

    /** An order of two nodes. */
    enum Order {
        LESS {
            @Override
            boolean holds(int comparison) {
                return comparison < 0;
            }

            @Override
            boolean holds(double left, double right) {
                return left < right;
            }
        },
        LESS_OR_EQUAL {
            @Override
            boolean holds(int comparison) {
                return comparison <= 0;
            }

            @Override
            boolean holds(double left, double right) {
                return left <= right;
            }
        },
        GREATER {
            @Override
            boolean holds(int comparison) {
                return comparison > 0;
            }

            @Override
            boolean holds(double left, double right) {
                return left > right;
            }
        },
        GREATER_OR_EQUAL {
            @Override
            boolean holds(int comparison) {
                return comparison >= 0;
            }

            @Override
            boolean holds(double left, double right) {
                return left >= right;
            }
        };

        abstract boolean holds(int comparison);

        abstract boolean holds(double left, double right);
    }

    /** A comparison of two nodes, or null when their sorts have none here. */
    static @Nullable Node order(Order order, Node left, Node right) {
        if (left.sort() == Sort.INT && right.sort() == Sort.INT) {
            return new Bool(in -> order.holds(Long.compare(left.integer(in), right.integer(in))));
        }
        if (left.sort().isNumber() && right.sort().isNumber()) {
            return new Bool(in -> order.holds(left.real(in), right.real(in)));
        }
        if (left.sort() != right.sort()) {
            return null;
        }
        return switch (left.sort()) {
            case STRING -> new Bool(in -> order.holds(left.text(in).compareTo(right.text(in))));
            case MOMENT -> new Bool(in -> order.holds(left.moment(in).compareTo(right.moment(in))));
            default -> null;
        };
    }

    /** Whether two nodes are equal, or null when their sorts cannot be compared here. */
    static @Nullable Node equal(Node left, Node right) {
        Test test = test(left, right);
        if (test == null) {
            return null;
        }
        if (!left.isNullable() && !right.isNullable()) {
            return new Bool(test);
        }
        return new Bool(in -> {
            if (left.isNullable() && left.isNull(in)) {
                return isNull(right, in);
            }
            return right.isNullable() && right.isNull(in) ? isNull(left, in) : test.test(in);
        });
    }

    /** One that is never null is evaluated all the same: it may have no value. */
    private static boolean isNull(Node node, Input in) {
        return node.isNullable() ? node.isNull(in) : node.object(in) == null;
    }

    private static @Nullable Test test(Node left, Node right) {
        if (left.sort() == Sort.NULL || right.sort() == Sort.NULL) {
            // Where one is null and the other not, a value, they differ; where both are, nobody asks this.
            return in -> false;
        }
        if (left.sort() == Sort.INT && right.sort() == Sort.INT) {
            return in -> left.integer(in) == right.integer(in);
        }
        if (left.sort().isNumber() && right.sort().isNumber()) {
            return in -> left.real(in) == right.real(in);
        }
        if (left.sort() != right.sort()) {
            return null;
        }
        return switch (left.sort()) {
            case BOOL -> in -> left.bool(in) == right.bool(in);
            case STRING -> in -> left.text(in).equals(right.text(in));
            case MOMENT -> in -> left.moment(in).equals(right.moment(in));
            default -> null;
        };
    }

    static Node in(Node value, Set<?> all) {
        return new Bool(in -> {
            Object object = value.object(in);
            return object != null && all.contains(object);
        });
    }

    static Node not(Node node) {
        return Logic.not(node);
    }

    /** Something that holds or not. */
    interface Test {
        boolean test(Input in);
    }

    /** A node of a test. */
    static final class Bool extends Node {
        private final Test test;

        Bool(Test test) {
            super(Sort.BOOL, false);
            this.test = test;
        }

        @Override
        boolean bool(Input in) {
            return test.test(in);
        }
    }
}
