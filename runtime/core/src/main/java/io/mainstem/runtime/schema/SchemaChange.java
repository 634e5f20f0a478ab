package io.mainstem.runtime.schema;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is not backward compatible between a schema and the one after it. */
final class SchemaChange {

    private static final Set<Type.Kind> TEXT_IN_AVRO = Set.of(Type.Kind.STRING, Type.Kind.JSON, Type.Kind.UUID);

    private final List<String> problems = new ArrayList<>();

    private SchemaChange() {}

    /** Sentences that say what differs and what to do; none when the change is allowed. */
    static List<String> problems(Schema before, Schema after) {
        SchemaChange change = new SchemaChange();
        change.compare("", before, after);
        return List.copyOf(change.problems);
    }

    private void compare(String path, Schema before, Schema after) {
        for (Field field : after.fields()) {
            int index = before.indexOf(field.name());
            if (index >= 0) {
                compare(path + field.name(), before.field(index), field);
            } else if (!field.isNullable() && field.defaultValue().isEmpty()) {
                problems.add("the new field '" + path + field.name()
                        + "' has no value in earlier records: let it be null or give it a default");
            }
        }
        for (Field field : before.fields()) {
            if (after.indexOf(field.name()) < 0 && !field.isNullable()) {
                problems.add("the field '" + path + field.name()
                        + "', which always had a value, is gone: keep it, or let it be null first");
            }
        }
    }

    private void compare(String path, Field before, Field after) {
        if (before.isNullable() && !after.isNullable() && after.defaultValue().isEmpty()) {
            problems.add(
                    "the field '" + path + "' may be null in earlier records: let it stay so or give it a default");
        }
        compare(path, before.type(), after.type());
    }

    private void compare(String path, Type before, Type after) {
        if (before.kind() == after.kind() && (before.kind() == Type.Kind.ARRAY || before.kind() == Type.Kind.MAP)) {
            compare(path, before.element(), after.element());
        } else if (before.kind() == Type.Kind.STRUCT && after.kind() == Type.Kind.STRUCT) {
            compare(path + ".", before.schema(), after.schema());
        } else if (!before.equals(after) && !widens(before, after)) {
            problems.add("the type of the field '" + path + "' changes from " + before + " to " + after
                    + ": write it to a new field or a new topic");
        }
    }

    /** Whether Avro's bytes of the one are read as the other without loss. */
    private static boolean widens(Type before, Type after) {
        return switch (after.kind()) {
            case INT16, INT32, INT64 -> bits(before) > 0 && bits(before) < bits(after);
            case FLOAT64 -> before.kind() == Type.Kind.FLOAT32 || bits(before) > 0 && bits(before) <= 32;
            case STRING -> TEXT_IN_AVRO.contains(before.kind()) || before.equals(Type.DECIMAL);
            case DECIMAL ->
                before.kind() == Type.Kind.DECIMAL
                        && before.precision() > 0
                        && before.scale() == after.scale()
                        && before.precision() < after.precision();
            default -> false;
        };
    }

    /** The size of an integer, or 0 for other types. */
    private static int bits(Type type) {
        return switch (type.kind()) {
            case INT8 -> 8;
            case INT16 -> 16;
            case INT32 -> 32;
            case INT64 -> 64;
            default -> 0;
        };
    }
}
