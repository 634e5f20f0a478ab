package io.mainstem.connectors.jdbc.source;

import io.mainstem.connectors.jdbc.sql.NameParts;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a table, or a pattern of names in which {@code *} stands for any letters.
 *
 * @param schema the schema; without it, the connection's default
 */
record TableId(Optional<String> schema, String name) {

    /**
     * Reads {@code TABLE} or {@code SCHEMA.TABLE}, either in double quotes when it has a point of its own; in them, two double quotes
     * are one of the name.
     *
     * @throws IllegalArgumentException when it is neither; the message follows the option's name
     */
    static TableId of(String text) {
        List<String> parts = NameParts.of(text);
        return parts.size() == 1
                ? new TableId(Optional.empty(), parts.get(0))
                : new TableId(Optional.of(parts.get(0)), parts.get(1));
    }

    boolean isPattern() {
        return toString().indexOf('*') >= 0;
    }

    /** How exactly a pattern describes: the letters that it names. */
    int precision() {
        return isPattern() ? toString().replace("*", "").length() : Integer.MAX_VALUE;
    }

    /** Whether this name or pattern is that table's; a name without schema is in any. */
    boolean matches(TableId table) {
        return matches(name, table.name())
                && schema.map(pattern -> table.schema()
                                .filter(name -> matches(pattern, name))
                                .isPresent())
                        .orElse(true);
    }

    private static boolean matches(String pattern, String name) {
        String regex = Pattern.compile("\\*")
                .splitAsStream(pattern)
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return Pattern.matches(pattern.endsWith("*") ? regex + ".*" : regex, name);
    }

    @Override
    public String toString() {
        return schema.map(s -> s + ".").orElse("") + name;
    }
}
