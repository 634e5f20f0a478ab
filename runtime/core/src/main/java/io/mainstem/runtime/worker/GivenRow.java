package io.mainstem.runtime.worker;

import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.log.Headers;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.MessageLine;
import io.mainstem.runtime.delivery.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a letter carries beside the line of JSON, so that the row that a source gave can be published once more.
 *
 * @param given its stream and the schema of the line
 * @param headers the headers of the row
 */
record GivenRow(DeadLetter.Given given, Headers headers) {

    /** A letter has to find room in its topic with all of its headers. */
    private static final int BYTES_MAX = 40 << 10;

    /** Of a longer line it costs too much to see whether it gives the row back. */
    private static final int LINE_BYTES_MAX = 8 << 20;

    /**
     * That of a message; empty when the letter has no room for it, or its line would not give it back.
     *
     * @param shown the line
     */
    static Optional<GivenRow> of(Message message, byte[] shown, String stream, Instant time) {
        return Optional.of(message)
                .filter(any -> shown.length <= LINE_BYTES_MAX)
                .flatMap(MessageLine::of)
                .map(line -> new GivenRow(new DeadLetter.Given(stream, line.schema(), time), headers(message)))
                .filter(row -> row.bytes() <= BYTES_MAX);
    }

    /** The line, for a person to see: a value that cannot be shown as JSON is shown as it can be. */
    static byte[] shown(Message message, String stream) {
        String shown;
        try {
            shown = JsonRows.toJson(message);
        } catch (RuntimeException | StackOverflowError e) {
            shown = message.operation() + " of stream " + stream + ", which cannot be shown: " + e;
        }
        return shown.getBytes(StandardCharsets.UTF_8);
    }

    private static Headers headers(Message message) {
        List<Headers.Header> headers = new ArrayList<>();
        message.headers().forEach(header -> headers.add(new Headers.Header(header.name(), header.value())));
        return Headers.of(headers);
    }

    /** How many bytes it has. */
    long bytes() {
        long bytes = given.schema().getBytes(StandardCharsets.UTF_8).length;
        for (Headers.Header header : headers.list()) {
            bytes += header.name().length() + header.value().length;
        }
        return bytes;
    }

    /** The message that a letter has of a row. */
    static Message message(DeadLetter letter) {
        List<Header> headers = new ArrayList<>();
        letter.original().list().forEach(header -> headers.add(new Header(header.name(), header.value())));
        byte[] value = letter.value();
        String text = value == null ? "" : new String(value, StandardCharsets.UTF_8);
        return new MessageLine(text, letter.given().orElseThrow().schema()).read(headers);
    }
}
