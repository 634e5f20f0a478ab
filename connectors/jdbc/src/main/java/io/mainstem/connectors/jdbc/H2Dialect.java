package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** H2, 2.2 and later. */
final class H2Dialect extends SqlDialect {

    private static final int PARENT_MISSING = 23506;
    private static final int NO_DATABASE = 90146;
    private static final int PRECISION_MAX = 100_000;

    @Override
    public String name() {
        return "H2";
    }

    @Override
    public List<String> prefixes() {
        return List.of("jdbc:h2:");
    }

    @Override
    public int nameLengthMax() {
        return 256;
    }

    @Override
    public List<String> sessionStatements(Duration statementTimeout) {
        return List.of("SET QUERY_TIMEOUT " + statementTimeout.toMillis(), "SET LOCK_TIMEOUT 10000");
    }

    @Override
    public String urlToLook(String url) {
        return url + ";IFEXISTS=TRUE";
    }

    @Override
    public boolean isMissingDatabase(SQLException error) {
        return error.getErrorCode() == NO_DATABASE;
    }

    @Override
    public String columnType(Type type, boolean key) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT8, INT16 -> "SMALLINT";
            case INT32 -> "INTEGER";
            case INT64 -> "BIGINT";
            case FLOAT32 -> "REAL";
            case FLOAT64 -> "DOUBLE PRECISION";
            case DECIMAL ->
                type.precision() == 0
                        ? "DECFLOAT(" + PRECISION_MAX + ")"
                        : "NUMERIC(" + type.precision() + ", " + type.scale() + ")";
            case STRING -> "CHARACTER VARYING";
            case BYTES -> "BINARY VARYING";
            case DATE -> "DATE";
            case TIME -> "TIME(" + type.precision() + ")";
            case TIMESTAMP -> "TIMESTAMP(" + type.precision() + ")";
            case TIMESTAMPTZ -> "TIMESTAMP(" + type.precision() + ") WITH TIME ZONE";
            case UUID -> "UUID";
            // H2's own JSON writes numbers and spaces anew.
            case JSON, ARRAY, MAP, STRUCT -> "CHARACTER VARYING";
        };
    }

    @Override
    public Optional<Type> typeOf(String typeName, int size, int digits) {
        return Optional.ofNullable(
                switch (typeName) {
                    case "boolean" -> Type.BOOLEAN;
                    case "tinyint" -> Type.INT8;
                    case "smallint" -> Type.INT16;
                    case "integer" -> Type.INT32;
                    case "bigint" -> Type.INT64;
                    case "real" -> Type.FLOAT32;
                    case "double precision", "float" -> Type.FLOAT64;
                    case "numeric", "decimal" ->
                        size > Type.PRECISION_MAX || digits > size ? null : Type.decimal(size, digits);
                    case "decfloat" -> size < PRECISION_MAX ? null : Type.DECIMAL;
                    case "character varying", "character large object", "varchar_ignorecase" -> Type.STRING;
                    case "enum" -> Type.STRING;
                    case "binary varying", "binary large object" -> Type.BYTES;
                    case "date" -> Type.DATE;
                    case "time" -> Type.time(9);
                    case "timestamp" -> Type.timestamp(9);
                    case "timestamp with time zone" -> Type.timestamptz(9);
                    case "uuid" -> Type.UUID;
                    default -> null;
                });
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> key) {
        return "MERGE INTO " + table + " (" + String.join(", ", columns) + ") KEY (" + String.join(", ", key)
                + ") VALUES (" + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";
    }

    @Override
    public List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        return List.of("ALTER TABLE " + table + " ALTER COLUMN " + column + " SET DATA TYPE " + type);
    }

    @Override
    public List<String> letBeNull(String table, String column) {
        return List.of("ALTER TABLE " + table + " ALTER COLUMN " + column + " DROP NOT NULL");
    }

    @Override
    public Fault fault(SQLException error) {
        if (error.getErrorCode() == PARENT_MISSING) {
            return Fault.FOREIGN_KEY;
        }
        return faultByState(error);
    }

    @Override
    boolean hasLastingForeignKeys() {
        return true;
    }
}
