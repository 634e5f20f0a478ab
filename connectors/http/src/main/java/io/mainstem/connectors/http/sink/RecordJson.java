package io.mainstem.connectors.http.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.mainstem.api.Datum;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Type;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values as JSON: times in ISO 8601, decimals with all their digits, bytes in Base64. */
final class RecordJson {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private RecordJson() {}

    /** A whole value. */
    static String of(@Nullable Datum datum) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            if (datum instanceof Row row) {
                row(row, json);
            } else if (datum instanceof Scalar scalar) {
                value(scalar.value(), scalar.type(), json);
            } else {
                json.writeNull();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void row(Row row, JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < row.schema().size(); i++) {
            json.writeFieldName(row.schema().field(i).name());
            value(row.at(i), row.schema().field(i).type(), json);
        }
        json.writeEndObject();
    }

    private static void value(@Nullable Object value, Type type, JsonGenerator json) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (type.kind() == Type.Kind.JSON) {
            json.writeRawValue((String) value);
        } else if (value instanceof Row row) {
            row(row, json);
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                value(item, type.element(), json);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(entry.getKey().toString());
                value(entry.getValue(), type.element(), json);
            }
            json.writeEndObject();
        } else {
            scalar(value, json);
        }
    }

    private static void scalar(Object value, JsonGenerator json) throws IOException {
        if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            json.writeNumber(number);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            json.writeNumber(number);
        } else if (value instanceof Float number && Float.isFinite(number)) {
            json.writeNumber(number);
        } else {
            json.writeString(text(value));
        }
    }

    /** A value as text, for a URL, a header or a form. */
    static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }
}
