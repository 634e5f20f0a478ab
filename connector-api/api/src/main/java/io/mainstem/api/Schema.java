package io.mainstem.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The fields of a {@link Row}, in order. Immutable, and shared by all rows that have it: comparing two schemas of one
 * stream usually compares one reference.
 */
public final class Schema {

    private final String name;
    private final List<Field> fields;
    /** The same once more: asked for each value of each row, where a list's indirections would be felt. */
    private final Field[] array;

    private final Map<String, Integer> indexes;

    private Schema(String name, List<Field> fields) {
        this.name = name;
        this.fields = List.copyOf(fields);
        this.array = fields.toArray(new Field[0]);
        this.indexes = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            if (indexes.put(fields.get(i).name(), i) != null) {
                throw new IllegalArgumentException("schema '" + name + "' has two fields named '"
                        + fields.get(i).name() + "'");
            }
        }
    }

    /**
     * A schema.
     *
     * @param name what a row of it is, such as the name of its table; any text
     * @param fields its fields, whose names differ
     */
    public static Schema of(String name, List<Field> fields) {
        return new Schema(name, fields);
    }

    /** A schema. */
    public static Schema of(String name, Field... fields) {
        return new Schema(name, List.of(fields));
    }

    /** What a row of it is. */
    public String name() {
        return name;
    }

    /** The fields, in order. */
    public List<Field> fields() {
        return fields;
    }

    /** The number of fields. */
    public int size() {
        return array.length;
    }

    /** The field at a place. */
    public Field field(int index) {
        return array[index];
    }

    /** The place of a field, or -1 when there is none of that name. */
    public int indexOf(String fieldName) {
        Integer index = indexes.get(fieldName);
        return index == null ? -1 : index;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Schema that && name.equals(that.name) && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.stream().map(Field::toString).collect(Collectors.joining(", ", "{", "}"));
    }
}
