package io.mainstem.runtime.expression;

/** What a node's value is, when it is not null. */
enum Sort {
    BOOL("a truth"),
    INT("a whole number"),
    DOUBLE("a number"),
    STRING("text"),
    MOMENT("a time"),
    NULL("null"),
    OTHER("a value");

    private final String words;

    Sort(String words) {
        this.words = words;
    }

    boolean isNumber() {
        return this == INT || this == DOUBLE;
    }

    @Override
    public String toString() {
        return words;
    }
}
