package io.mainstem.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A JSON object in each line; of a value without fields, the value. */
final class JsonLines implements LineFormat {

    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable JsonGenerator generator;

    @Override
    public boolean fits(Message message) {
        return true;
    }

    @Override
    public void begin(Message first, OutputStream out) {
        // JSON lines have nothing above them
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        JsonGenerator json = generator == null ? newGenerator() : generator;
        generator = null;
        line.reset();
        writeMessage(json, message);
        json.writeRaw('\n');
        json.flush();
        line.writeTo(out);
        generator = json; // after an error, what it has half written would come up in the next line
    }

    private JsonGenerator newGenerator() throws IOException {
        JsonGenerator json = JSON.createGenerator(line);
        json.setRootValueSeparator(null);
        return json;
    }

    private static void writeMessage(JsonGenerator json, Message message) throws IOException {
        Datum value = message.value();
        if (value == null) {
            writeDelete(json, message.key());
        } else if (value instanceof Row row) {
            JsonValues.writeRow(json, row);
        } else {
            Scalar scalar = (Scalar) value;
            JsonValues.write(json, scalar.type(), scalar.value());
        }
    }

    private static void writeDelete(JsonGenerator json, @Nullable Datum key) throws IOException {
        json.writeStartObject();
        json.writeStringField("_op", "delete");
        if (key instanceof Row row) {
            JsonValues.writeFields(json, row);
        } else if (key instanceof Scalar scalar) {
            json.writeFieldName("_key");
            JsonValues.write(json, scalar.type(), scalar.value());
        }
        json.writeEndObject();
    }
}
