package io.mainstem.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import java.io.IOException;
import java.io.OutputStream;

/** A JSON object in each line; of a value without fields, the value. */
final class JsonLines implements LineFormat {

    private static final JsonFactory JSON = new JsonFactory();

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
        JsonGenerator json = JSON.createGenerator(out);
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        Datum value = message.value();
        if (value == null) {
            writeDelete(json, message.key());
        } else if (value instanceof Row row) {
            JsonValues.writeRow(json, row);
        } else {
            Scalar scalar = (Scalar) value;
            JsonValues.write(json, scalar.type(), scalar.value());
        }
        json.writeRaw('\n');
        json.flush();
    }

    private static void writeDelete(JsonGenerator json, @org.jspecify.annotations.Nullable Datum key) throws IOException {
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
