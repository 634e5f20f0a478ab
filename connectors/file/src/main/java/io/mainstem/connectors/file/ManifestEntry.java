package io.mainstem.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * A line of a manifest.
 *
 * @param topicId the identity of the topic
 * @param next the offset from which on records are not written yet
 * @param leaderEpoch the leader epoch beside it
 * @param generation how often offsets have begun anew under this name
 * @param file the name of the last file, or the empty text when there was none yet
 * @param part the name under which that file is written until it is complete
 * @param length how many of its bytes count
 * @param rows how many rows these are
 * @param digest their CRC32C
 * @param complete whether the file gets no more
 */
record ManifestEntry(
        UUID topicId,
        long next,
        int leaderEpoch,
        int generation,
        String file,
        String part,
        long length,
        long rows,
        long digest,
        boolean complete) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Nothing is written, and the next record is that of this offset. */
    static ManifestEntry empty(UUID topicId, long next, int leaderEpoch, int generation) {
        return new ManifestEntry(topicId, next, leaderEpoch, generation, "", "", 0, 0, 0, true);
    }

    ManifestEntry completed(String newPart) {
        return new ManifestEntry(topicId, next, leaderEpoch, generation, file, newPart, length, rows, digest, true);
    }

    String toLine() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeNumberField("next", next);
            out.writeNumberField("leader-epoch", leaderEpoch);
            out.writeStringField("topic-id", topicId.toString());
            out.writeNumberField("generation", generation);
            out.writeStringField("file", file);
            out.writeStringField("part", part);
            out.writeNumberField("length", length);
            out.writeNumberField("rows", rows);
            out.writeStringField("crc32c", String.format(Locale.ROOT, "%08x", digest));
            out.writeBooleanField("complete", complete);
            out.writeEndObject();
        }
        return text.toString();
    }

    static ManifestEntry parse(String line) throws IOException {
        Map<String, String> values = new HashMap<>();
        try (JsonParser in = JSON.createParser(line)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                values.put(name, in.getText());
            }
            if (in.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("no end");
            }
        }
        return new ManifestEntry(
                UUID.fromString(required(values, "topic-id")),
                Long.parseLong(required(values, "next")),
                Integer.parseInt(required(values, "leader-epoch")),
                Integer.parseInt(required(values, "generation")),
                required(values, "file"),
                required(values, "part"),
                Long.parseLong(required(values, "length")),
                Long.parseLong(required(values, "rows")),
                Long.parseLong(required(values, "crc32c"), 16),
                Boolean.parseBoolean(required(values, "complete")));
    }

    private static String required(Map<String, String> values, String name) throws IOException {
        String value = values.get(name);
        if (value == null) {
            throw new IOException("no '" + name + "'");
        }
        return value;
    }
}
