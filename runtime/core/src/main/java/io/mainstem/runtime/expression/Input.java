package io.mainstem.runtime.expression;

import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The message that an expression is evaluated for. One thread. */
final class Input {

    private static final Schema NO_FIELDS = Schema.of("");

    private final String stream;
    private @Nullable Message message;
    private @Nullable Row row;

    Input(String stream) {
        this.stream = stream;
    }

    void set(Message next) {
        message = next;
        row = next.value() instanceof Row value ? value : null;
    }

    Message message() {
        Message present = message;
        if (present == null) {
            throw new IllegalStateException("no message was set");
        }
        return present;
    }

    String stream() {
        return stream;
    }

    Row row() {
        Row present = row;
        if (present == null) {
            throw new EvaluationException(
                    message().value() == null ? "a delete has no value" : "the value is not a row with fields");
        }
        return present;
    }

    boolean hasRow() {
        return row != null;
    }

    String operation() {
        return message().operation().name().toLowerCase(Locale.ROOT);
    }

    /** The text of the last header of a name, or null. */
    @Nullable
    String header(String name) {
        String found = null;
        for (Header header : message().headers()) {
            if (header.name().equals(name)) {
                found = new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return found;
    }

    Map<String, String> headers() {
        Map<String, String> all = new HashMap<>();
        message()
                .headers()
                .forEach(header -> all.put(header.name(), new String(header.value(), StandardCharsets.UTF_8)));
        return all;
    }

    /** The row as a map without its nulls, for what looks fields up by names that are only known now. */
    Map<String, Object> fields() {
        return CelValues.map(row == null ? Row.of(NO_FIELDS) : row);
    }
}
