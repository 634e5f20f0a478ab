package io.mainstem.runtime.compare;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.runtime.scan.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of rows as canonical texts, field by field, and their digests. A field that a row does not have counts as null. One thread. */
final class RowTexts {

    private static final int SCHEMAS_MAX = 1_000;

    private final MessageDigest sha;
    private final IdentityHashMap<Schema, int[]> indexes = new IdentityHashMap<>();
    private List<Field> fields;

    RowTexts(Schema schema) {
        this.fields = schema.fields();
        try {
            this.sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** From now on only these fields count. Returns the names of the others. */
    List<String> limitTo(Set<String> names) {
        List<String> others = fields.stream()
                .map(Field::name)
                .filter(name -> !names.contains(name))
                .toList();
        fields = fields.stream().filter(field -> names.contains(field.name())).toList();
        indexes.clear();
        return others;
    }

    /** The texts of a row. */
    @Nullable
    String[] of(Row row) {
        int[] places = indexes.computeIfAbsent(row.schema(), this::places);
        if (indexes.size() > SCHEMAS_MAX) {
            indexes.clear();
        }
        @Nullable String[] texts = new String[places.length];
        for (int i = 0; i < places.length; i++) {
            texts[i] = places[i] < 0 ? null : CanonicalText.of(fields.get(i).type(), row.at(places[i]));
        }
        return texts;
    }

    private int[] places(Schema schema) {
        return fields.stream().mapToInt(field -> schema.indexOf(field.name())).toArray();
    }

    /** The digest of texts. */
    Digest digest(@Nullable String[] texts) {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        for (String text : texts) {
            byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
            sha.update(length.clear().putInt(text == null ? -1 : bytes.length).flip());
            sha.update(bytes);
        }
        ByteBuffer hash = ByteBuffer.wrap(sha.digest());
        return new Digest(hash.getLong(), hash.getLong());
    }

    /** The names of the fields in which two rows are not equal. */
    List<String> different(@Nullable String[] one, @Nullable String[] other) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            if (!Objects.equals(one[i], other[i])) {
                names.add(fields.get(i).name());
            }
        }
        return names;
    }
}
