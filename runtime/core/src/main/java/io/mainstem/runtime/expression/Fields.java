package io.mainstem.runtime.expression;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a scope by the names that expressions have for them: {@code value.address.city}, {@code key.id}. */
final class Fields {

    /** The name of the key as a whole. */
    static final String KEY_ROW = "key";

    private static final String KEY = KEY_ROW + ".";

    private final Scope scope;
    private final Map<String, FieldNode> fields = new HashMap<>();
    private final Map<String, Schema> rows = new HashMap<>();

    Fields(Scope scope) {
        this.scope = scope;
        rows.put("value", scope.row());
        add("value", "value", scope.row(), new int[0], false);
    }

    /** A field of a row as an expression has it. */
    static String named(String row, String field) {
        return CelEnvironment.isIdentifier(field) ? row + "." + field : row + "[\"" + field + "\"]";
    }

    private void add(String prefix, String shown, Schema schema, int[] path, boolean inNullable) {
        for (int i = 0; i < schema.size(); i++) {
            Field field = schema.field(i);
            String name = prefix + "." + field.name();
            String asWritten = named(shown, field.name());
            int[] own = Arrays.copyOf(path, path.length + 1);
            own[path.length] = i;
            boolean nullable = inNullable || field.isNullable();
            FieldNode node = new FieldNode(asWritten, own, field, nullable);
            fields.put(name, node);
            fields.put(asWritten, node);
            if (field.type().kind() == Type.Kind.STRUCT) {
                rows.put(name, field.type().schema());
                rows.put(asWritten, field.type().schema());
                add(name, asWritten, field.type().schema(), own, nullable);
            }
        }
    }

    Scope scope() {
        return scope;
    }

    /** Whether a name stands for a row whose fields are known. */
    boolean isRow(String name) {
        return rows.containsKey(name);
    }

    /** The fields of such a row. */
    Schema row(String name) {
        return java.util.Objects.requireNonNull(rows.get(name));
    }

    @Nullable
    FieldNode field(String name) {
        return fields.get(name);
    }

    /** The node of a field that is compiled here; of one whose value is of no sort, only the library knows what to do. */
    @Nullable
    Node named(String name) {
        if (name.startsWith(KEY)) {
            int index = scope.row().indexOf(name.substring(KEY.length()));
            return index < 0 || !scope.key().contains(name.substring(KEY.length()))
                    ? null
                    : compiled(new KeyNode(scope.row().field(index)));
        }
        return compiled(fields.get(name));
    }

    @Nullable
    Node child(String row, String part) {
        return compiled(fields.get(row + "." + part));
    }

    private static @Nullable Node compiled(@Nullable Node node) {
        return node == null || node.sort() == Sort.OTHER ? null : node;
    }
}
