package io.mainstem.connectors.jdbc;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How fields are named as columns: by the table of the option {@code columns}, or else by a policy.
 *
 * @param columns field to column; empty for every field
 */
record Naming(Policy policy, Map<String, String> columns) {

    private static final Pattern WORD_ENDS =
            Pattern.compile("(?<=[\\p{Ll}\\d])(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})");
    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{L}\\p{N}_]+|_{2,}");

    /** What happens to a name that is not in {@link #columns}. */
    enum Policy {
        /** Nothing. */
        AS_IS,
        /** Words in lower case, with underscores between. */
        SNAKE_CASE,
        /** Lower case. */
        LOWER
    }

    /** The column of a field. */
    String column(String field) {
        String named = columns.get(field);
        return named == null ? named(field) : named;
    }

    /** A name by the policy alone. */
    String named(String name) {
        return switch (policy) {
            case AS_IS -> name;
            case LOWER -> name.toLowerCase(Locale.ROOT);
            case SNAKE_CASE ->
                SEPARATORS
                        .matcher(WORD_ENDS.matcher(name).replaceAll("_"))
                        .replaceAll("_")
                        .toLowerCase(Locale.ROOT);
        };
    }
}
