package io.mainstem.runtime.expression;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** And, or, not, and choices. As the language has it, an error on one side does not count when the other side decides. */
final class Logic {

    private Logic() {}

    static Node and(Node left, Node right) {
        return new Node(Sort.BOOL, false) {
            @Override
            boolean bool(Input in) {
                return !decides(left, right, false, in);
            }
        };
    }

    static Node or(Node left, Node right) {
        return new Node(Sort.BOOL, false) {
            @Override
            boolean bool(Input in) {
                return decides(left, right, true, in);
            }
        };
    }

    /** Whether one of the two is the value that decides. */
    private static boolean decides(Node left, Node right, boolean value, Input in) {
        try {
            if (left.bool(in) == value) {
                return true;
            }
        } catch (EvaluationException e) {
            if (right.bool(in) == value) {
                return true;
            }
            throw e;
        }
        return right.bool(in) == value;
    }

    static Node not(Node operand) {
        return new Node(Sort.BOOL, false) {
            @Override
            boolean bool(Input in) {
                return !operand.bool(in);
            }
        };
    }

    static Node choice(Node condition, Node yes, Node no) {
        Sort sort = yes.sort() == Sort.NULL ? no.sort() : yes.sort();
        return new Node(sort, yes.isNullable() || no.isNullable()) {
            private Node chosen(Input in) {
                return condition.bool(in) ? yes : no;
            }

            @Override
            boolean isNull(Input in) {
                return chosen(in).isNull(in);
            }

            @Override
            boolean bool(Input in) {
                return notNull(chosen(in)).bool(in);
            }

            @Override
            long integer(Input in) {
                return notNull(chosen(in)).integer(in);
            }

            @Override
            double real(Input in) {
                return notNull(chosen(in)).real(in);
            }

            @Override
            String text(Input in) {
                return notNull(chosen(in)).text(in);
            }

            @Override
            Instant moment(Input in) {
                return notNull(chosen(in)).moment(in);
            }

            @Override
            @Nullable
            Object object(Input in) {
                return chosen(in).object(in);
            }
        };
    }

    private static Node notNull(Node node) {
        if (node.sort() == Sort.NULL) {
            throw new EvaluationException("null has no value to go on with");
        }
        return node;
    }
}
