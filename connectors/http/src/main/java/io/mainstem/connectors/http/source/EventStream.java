package io.mainstem.connectors.http.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events, as the HTML standard writes them. One thread. */
final class EventStream {

    private static final int DATA_MAX = 16 << 20;

    private final BufferedReader lines;
    private String id;
    private boolean wasReturn;
    private Optional<Duration> reconnect = Optional.empty();

    EventStream(InputStream in, String lastId) {
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.id = lastId;
    }

    /** How long the server wants a client to wait before it connects again, if it has said so. */
    Optional<Duration> reconnect() {
        return reconnect;
    }

    /** The next event; empty when the stream ends. */
    Optional<ServerEvent> next() throws IOException {
        StringBuilder data = new StringBuilder();
        String event = "message";
        boolean any = false;
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                if (any) {
                    return Optional.of(new ServerEvent(id, event, data.toString()));
                }
                event = "message";
                continue;
            }
            String name = name(line);
            String value = value(line);
            if (name.equals("data")) {
                data.append(any ? "\n" : "").append(value);
                any = true;
            } else if (name.equals("event")) {
                event = value;
            } else if (name.equals("id") && value.indexOf('\0') < 0) {
                id = value;
            } else if (name.equals("retry") && value.matches("[0-9]{1,9}")) {
                reconnect = Optional.of(Duration.ofMillis(Long.parseLong(value)));
            }
            if (data.length() > DATA_MAX) {
                throw new RecordTooLargeException(DATA_MAX);
            }
        }
        return Optional.empty();
    }

    /** A line without its end; null at the end of the stream. */
    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            boolean isSecondOfTwo = c == '\n' && wasReturn;
            wasReturn = c == '\r';
            if (isSecondOfTwo) {
                continue;
            }
            if (c == '\n' || c == '\r') {
                return line.toString();
            }
            if (line.length() >= DATA_MAX) {
                throw new RecordTooLargeException(DATA_MAX);
            }
            line.append((char) c);
        }
        return line.isEmpty() ? null : line.toString();
    }

    private static String name(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? line : line.substring(0, colon);
    }

    private static String value(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return "";
        }
        String value = line.substring(colon + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }
}
