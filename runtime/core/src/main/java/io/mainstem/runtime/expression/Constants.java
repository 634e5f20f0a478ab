package io.mainstem.runtime.expression;

/** Nodes whose value is written in the expression. */
final class Constants {

    private Constants() {}

    static Node of(boolean value) {
        return new Node(Sort.BOOL, false) {
            @Override
            boolean bool(Input in) {
                return value;
            }
        };
    }

    static Node of(long value) {
        return new Node(Sort.INT, false) {
            @Override
            long integer(Input in) {
                return value;
            }
        };
    }

    static Node of(double value) {
        return new Node(Sort.DOUBLE, false) {
            @Override
            double real(Input in) {
                return value;
            }
        };
    }

    static Node of(String value) {
        return new Node(Sort.STRING, false) {
            @Override
            String text(Input in) {
                return value;
            }
        };
    }

    static Node nothing() {
        return new Node(Sort.NULL, true) {
            @Override
            boolean isNull(Input in) {
                return true;
            }
        };
    }
}
