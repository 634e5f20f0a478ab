package io.mainstem.runtime.expression;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A part of an expression that was compiled. It implements the getter of its {@link #sort()}; the others do not apply. A getter for
 * primitives throws when the value is null.
 */
abstract class Node {

    private final Sort sort;
    private final boolean nullable;

    Node(Sort sort, boolean nullable) {
        this.sort = sort;
        this.nullable = nullable;
    }

    final Sort sort() {
        return sort;
    }

    /** Whether the value may be null. */
    final boolean isNullable() {
        return nullable;
    }

    boolean isNull(Input in) {
        return false;
    }

    boolean bool(Input in) {
        throw notOf("a truth");
    }

    long integer(Input in) {
        throw notOf("a whole number");
    }

    double real(Input in) {
        if (sort == Sort.INT) {
            return integer(in);
        }
        throw notOf("a number");
    }

    String text(Input in) {
        throw notOf("text");
    }

    Instant moment(Input in) {
        throw notOf("a time");
    }

    /** The value, boxed; null when it is. */
    @Nullable
    Object object(Input in) {
        if (nullable && isNull(in)) {
            return null;
        }
        return switch (sort) {
            case BOOL -> bool(in);
            case INT -> integer(in);
            case DOUBLE -> real(in);
            case STRING -> text(in);
            case MOMENT -> moment(in);
            case NULL -> null;
            case OTHER -> throw notOf("a value");
        };
    }

    private IllegalStateException notOf(String wanted) {
        return new IllegalStateException(sort + " was asked for " + wanted);
    }
}
