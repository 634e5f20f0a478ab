package io.mainstem.runtime.expression;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Nodes for what a message has beside its value. */
final class Variables {

    private Variables() {}

    static Node operation() {
        return new Node(Sort.STRING, false) {
            @Override
            String text(Input in) {
                return in.operation();
            }
        };
    }

    static Node stream() {
        return new Node(Sort.STRING, false) {
            @Override
            String text(Input in) {
                return in.stream();
            }
        };
    }

    static Node time() {
        return new Node(Sort.MOMENT, true) {
            @Override
            boolean isNull(Input in) {
                return in.message().timestamp().isEmpty();
            }

            @Override
            Instant moment(Input in) {
                return in.message()
                        .timestamp()
                        .orElseThrow(() -> new EvaluationException(
                                "the message has no time; test it first, as in: time != null && ..."));
            }
        };
    }

    static Node header(String name) {
        return new Node(Sort.STRING, false) {
            @Override
            String text(Input in) {
                String found = in.header(name);
                if (found == null) {
                    throw new EvaluationException("there is no header '" + name + "'; test it first, as in: '" + name
                            + "' in headers && ...");
                }
                return found;
            }
        };
    }

    static Node hasHeader(String name) {
        return new Node(Sort.BOOL, false) {
            @Override
            boolean bool(Input in) {
                return in.header(name) != null;
            }
        };
    }

    /** Whether a field is there and not null. */
    static Node has(@Nullable FieldNode field) {
        return new Node(Sort.BOOL, false) {
            @Override
            boolean bool(Input in) {
                return field != null && in.hasRow() && !field.isNull(in);
            }
        };
    }
}
