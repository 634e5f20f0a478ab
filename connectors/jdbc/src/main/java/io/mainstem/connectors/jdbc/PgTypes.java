package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;

/** The types of PostgreSQL's columns, both ways. */
final class PgTypes {

    private PgTypes() {}

    static String columnType(Type type) {
        return switch (type.kind()) {
            case BOOLEAN -> "boolean";
            case INT8, INT16 -> "smallint";
            case INT32 -> "integer";
            case INT64 -> "bigint";
            case FLOAT32 -> "real";
            case FLOAT64 -> "double precision";
            case DECIMAL ->
                type.precision() == 0 ? "numeric" : "numeric(" + type.precision() + "," + type.scale() + ")";
            case STRING -> "text";
            case BYTES -> "bytea";
            case DATE -> "date";
            case TIME -> "time";
            case TIMESTAMP -> "timestamp";
            case TIMESTAMPTZ -> "timestamptz";
            case UUID -> "uuid";
            case JSON -> "json";
            case ARRAY -> isArrayOfScalars(type) ? columnType(type.element()) + "[]" : "jsonb";
            case MAP, STRUCT -> "jsonb";
        };
    }

    private static boolean isArrayOfScalars(Type type) {
        return switch (type.element().kind()) {
            case ARRAY, MAP, STRUCT -> false;
            default -> true;
        };
    }

    static Type typeOf(ColumnInfo column) {
        return column.fromText() ? Type.STRING : typeOf(column.type(), column);
    }

    private static Type typeOf(String type, ColumnInfo column) {
        return switch (type) {
            case "bool" -> Type.BOOLEAN;
            case "int2" -> Type.INT16;
            case "int4" -> Type.INT32;
            case "int8", "oid" -> Type.INT64;
            case "float4" -> Type.FLOAT32;
            case "float8" -> Type.FLOAT64;
            case "numeric" ->
                column.precision() < 0 || column.scale() < 0 || column.scale() > column.precision()
                        ? Type.DECIMAL
                        : Type.decimal(column.precision(), column.scale());
            case "bytea" -> Type.BYTES;
            case "date" -> Type.DATE;
            case "time" -> Type.TIME;
            case "timestamp" -> Type.TIMESTAMP;
            case "timestamptz" -> Type.TIMESTAMPTZ;
            case "uuid" -> Type.UUID;
            case "json", "jsonb" -> Type.JSON;
            default -> type.startsWith("_") ? Type.array(typeOf(type.substring(1), column)) : Type.STRING;
        };
    }
}
