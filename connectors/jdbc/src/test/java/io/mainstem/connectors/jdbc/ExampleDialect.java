package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The dialect of the documentation's example: a database that has three types. */
public final class ExampleDialect extends SqlDialect {

    /** For the service loader. */
    public ExampleDialect() {}

    @Override
    public String name() {
        return "Example";
    }

    @Override
    public List<String> prefixes() {
        return List.of("jdbc:h2:mem:example");
    }

    @Override
    public String columnType(Type type, boolean key) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64 -> "BIGINT";
            case DECIMAL ->
                type.precision() == 0 ? "VARCHAR" : "NUMERIC(" + type.precision() + "," + type.scale() + ")";
            default -> "VARCHAR";
        };
    }

    @Override
    public Optional<Type> typeOf(String typeName, int size, int digits) {
        return switch (typeName) {
            case "bigint" -> Optional.of(Type.INT64);
            case "numeric" -> Optional.of(Type.decimal(size, digits));
            case "character varying" -> Optional.of(Type.STRING);
            default -> Optional.empty();
        };
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> key) {
        return "MERGE INTO " + table + " (" + String.join(", ", columns) + ") KEY (" + String.join(", ", key)
                + ") VALUES (" + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";
    }

    @Override
    public Fault fault(SQLException error) {
        return faultByState(error);
    }
}
