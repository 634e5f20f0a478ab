package io.mainstem.connectors.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of a table.
 *
 * @param schema the schema; without it, the connection's default
 */
record TableName(Optional<String> schema, String name) {

    private static final String TOPIC = "{topic}";

    /**
     * A name as it stands in the configuration: {@code name} or {@code schema.name}, either in double quotes when it has a
     * point of its own.
     *
     * @throws IllegalArgumentException when it is not a name; the message follows the option's name
     */
    static TableName of(String template, String topic) {
        List<String> parts = split(template);
        if (parts.isEmpty() || parts.size() > 2 || parts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("must be TABLE or SCHEMA.TABLE, not '" + template + "'");
        }
        List<String> names =
                parts.stream().map(part -> part.replace(TOPIC, topic)).toList();
        return names.size() == 1
                ? new TableName(Optional.empty(), names.get(0))
                : new TableName(Optional.of(names.get(0)), names.get(1));
    }

    private static List<String> split(String template) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("has a double quote without its partner: " + template);
        }
        parts.add(part.toString());
        return parts;
    }

    @Override
    public String toString() {
        return schema.map(s -> s + ".").orElse("") + name;
    }
}
