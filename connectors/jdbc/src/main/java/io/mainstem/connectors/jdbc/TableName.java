package io.mainstem.connectors.jdbc;

import java.util.Optional;

/**
 * The name of a table.
 *
 * @param schema the schema; without it, the connection's default
 */
record TableName(Optional<String> schema, String name) {

    @Override
    public String toString() {
        return schema.map(s -> s + ".").orElse("") + name;
    }
}
