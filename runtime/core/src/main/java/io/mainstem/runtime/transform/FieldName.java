package io.mainstem.runtime.transform;

import io.mainstem.api.Option;

/** Names of fields that a step makes. */
final class FieldName {

    private FieldName() {}

    /** An option with such a name. */
    static Option<String> option(String name) {
        return Option.parsed(name, FieldName::checked);
    }

    private static String checked(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("must be the name of a field, not the empty text");
        }
        return name;
    }
}
