package io.mainstem.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CSV with a header: nothing for null, two quotes for an empty text, quotes where a field needs them. The source reads it
 * as it was written.
 */
final class CsvLines implements LineFormat {

    private static final JsonFactory JSON = new JsonFactory();

    private final char delimiter;
    private final StringBuilder line = new StringBuilder();
    private @Nullable Schema schema;

    CsvLines(char delimiter) {
        this.delimiter = delimiter;
    }

    @Override
    public boolean fits(Message message) {
        return message.value() == null || Objects.equals(schema, schemaOf(message.value()));
    }

    private static @Nullable Schema schemaOf(@Nullable Datum value) {
        return value instanceof Row row ? row.schema() : null;
    }

    @Override
    public void begin(Message first, OutputStream out) throws IOException {
        Schema header = schemaOf(first.value());
        schema = header;
        List<String> names = header == null
                ? List.of("value")
                : header.fields().stream().map(Field::name).toList();
        line.setLength(0);
        for (int i = 0; i < names.size(); i++) {
            next(i);
            text(names.get(i));
        }
        end(out);
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        line.setLength(0);
        if (message.value() instanceof Row row) {
            for (int i = 0; i < row.schema().size(); i++) {
                next(i);
                field(row.schema().field(i).type(), row.at(i));
            }
            if (row.schema().size() == 1 && row.isNull(0)) {
                throw new IllegalArgumentException(
                        "CSV cannot tell a row whose only field is null from no row; write it with format: jsonl");
            }
        } else if (message.value() instanceof Scalar scalar) {
            field(scalar.type(), scalar.value());
        } else {
            throw new IllegalArgumentException(
                    "CSV has no place for a delete; leave deletes out with deletes: skip, or write format: jsonl");
        }
        end(out);
    }

    private void next(int column) {
        if (column > 0) {
            line.append(delimiter);
        }
    }

    private void end(OutputStream out) throws IOException {
        line.append('\n');
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void field(Type type, @Nullable Object value) throws IOException {
        if (value == null) {
            return;
        }
        switch (type.kind()) {
            case ARRAY, MAP, STRUCT -> text(json(type, value));
            default -> text(JsonValues.text(value));
        }
    }

    private static String json(Type type, Object value) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            JsonValues.write(json, type, value);
        }
        return text.toString();
    }

    private void text(String text) {
        if (!needsQuotes(text)) {
            line.append(text);
            return;
        }
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                line.append('"');
            }
            line.append(c);
        }
        line.append('"');
    }

    private boolean needsQuotes(String text) {
        if (text.isEmpty() || text.charAt(0) <= ' ' || text.charAt(0) == '#' || text.charAt(text.length() - 1) <= ' ') {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == delimiter || c == '"' || c == '\n' || c == '\r') {
                return true;
            }
        }
        return false;
    }
}
