package io.mainstem.api;

/** A key or a value: a {@link Row} of named fields, or one {@link Scalar}. Immutable. */
public sealed interface Datum permits Row, Scalar {

    /** The type. */
    Type type();
}
