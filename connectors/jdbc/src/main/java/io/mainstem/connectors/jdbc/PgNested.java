package io.mainstem.connectors.jdbc;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Arrays in PostgreSQL's binary form, and other nested values as JSON. */
final class PgNested {

    /** The object ids of the types that arrays are made of; they never change. */
    private static final Map<String, Integer> ELEMENT_OIDS = Map.ofEntries(
            Map.entry("bool", 16),
            Map.entry("bytea", 17),
            Map.entry("int8", 20),
            Map.entry("int2", 21),
            Map.entry("int4", 23),
            Map.entry("text", 25),
            Map.entry("oid", 26),
            Map.entry("json", 114),
            Map.entry("float4", 700),
            Map.entry("float8", 701),
            Map.entry("varchar", 1043),
            Map.entry("date", 1082),
            Map.entry("time", 1083),
            Map.entry("timestamp", 1114),
            Map.entry("timestamptz", 1184),
            Map.entry("numeric", 1700),
            Map.entry("uuid", 2950),
            Map.entry("jsonb", 3802));

    private PgNested() {}

    /** Whether arrays of this type are written in their binary form. */
    static boolean isKnownArray(String name) {
        return name.startsWith("_") && ELEMENT_OIDS.containsKey(name.substring(1));
    }

    static CopyColumn of(Type type, ColumnInfo column) {
        if (PgCasts.stageType(type, column).isPresent()) {
            ColumnInfo texts =
                    new ColumnInfo(column.name(), "_text", -1, -1, 0, column.nullable(), column.filled(), false);
            return array(type.element(), texts);
        }
        if (column.type().equals("jsonb")) {
            return (row, field, out) -> PgColumns.jsonb(column, json(row, field), out);
        }
        if (column.type().equals("json")) {
            return (row, field, out) -> out.bytesValue(json(row, field).getBytes(StandardCharsets.UTF_8));
        }
        if (type.kind() == Type.Kind.ARRAY && isKnownArray(column.type())) {
            return array(type.element(), column);
        }
        if (PgColumns.isText(column)) {
            return (row, field, out) -> PgColumns.plainText(column, json(row, field), out);
        }
        throw PgColumns.refused("choose a column of type jsonb, json or text"
                + (type.kind() == Type.Kind.ARRAY ? ", or an array of the same elements" : ""));
    }

    private static String json(Row row, int field) {
        return CanonicalText.json(Objects.requireNonNull(row.at(field)));
    }

    private static CopyColumn array(Type element, ColumnInfo column) {
        String elementType = column.type().substring(1);
        Integer oid = ELEMENT_OIDS.get(elementType);
        if (oid == null) {
            throw PgColumns.refused("arrays of " + elementType + " cannot be written; choose jsonb");
        }
        ColumnInfo elementColumn = new ColumnInfo(
                column.name(), elementType, column.length(), column.precision(), column.scale(), true, false, false);
        CopyColumn writer = PgColumns.of(element, elementColumn);
        Row.Builder builder = Row.builder(Schema.of("element", Field.nullable("element", element)));
        return (row, field, out) -> write((List<?>) Objects.requireNonNull(row.at(field)), oid, writer, builder, out);
    }

    private static void write(List<?> elements, int oid, CopyColumn writer, Row.Builder builder, CopyOutput out)
            throws BadValueException, java.sql.SQLException {
        int begun = out.beginValue();
        out.putInt(elements.isEmpty() ? 0 : 1);
        out.putInt(elements.stream().anyMatch(Objects::isNull) ? 1 : 0);
        out.putInt(oid);
        if (!elements.isEmpty()) {
            out.putInt(elements.size());
            out.putInt(1);
        }
        for (@Nullable Object element : elements) {
            if (element == null) {
                out.nullValue();
            } else {
                writer.write(builder.set(0, element).build(), 0, out);
            }
        }
        out.endValue(begun);
    }
}
