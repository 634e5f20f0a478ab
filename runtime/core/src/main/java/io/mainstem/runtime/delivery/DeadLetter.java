package io.mainstem.runtime.delivery;

import io.mainstem.api.Origin;
import io.mainstem.api.TopicPartition;
import io.mainstem.log.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that could not be delivered, as it is kept in a dead letter topic: its own bytes as key and value, its own headers,
 * and behind them those that say what went wrong. Equal {@link #id()}s mean the same letter, also when it is there twice after a
 * restart. Immutable.
 */
public final class DeadLetter {

    /** The start of the names of all headers that a dead letter adds. */
    public static final String HEADER_PREFIX = "mainstem.dead-letter.";

    private static final int ID_CHARACTERS = 16;

    /** So much of a value is kept when all of it finds no room. */
    private static final int HEAD_BYTES = 64 << 10;

    private static final int WHOLE = -1;

    private final Owner owner;
    private final String id;
    private final String origin;
    private final Optional<Origin> record;
    private final LetterCause cause;
    private final int attempts;
    private final Instant time;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final Headers original;
    private final Optional<Instant> timestamp;
    private final Optional<Given> given;
    private final int cutFrom;

    /** Which side of a pipeline. */
    public enum Side {
        /** It could not be read. */
        SOURCE("source"),
        /** It could not be written. */
        SINK("sink");

        private final String word;

        Side(String word) {
            this.word = word;
        }

        /** As it is written. */
        public String word() {
            return word;
        }
    }

    /**
     * Whose letter it is.
     *
     * @param pipeline the pipeline's name
     * @param side whether a source or a sink had the record
     * @param name the name of the source or sink
     * @param connector the name of its connector
     */
    public record Owner(String pipeline, Side side, String name, String connector) {

        /** As a command names it: {@code pipeline/name}. */
        @Override
        public String toString() {
            return pipeline + "/" + name;
        }
    }

    /**
     * What it takes to publish a row that a source gave: the value of its letter is a line of JSON.
     *
     * @param stream the stream that it is of
     * @param schema the Avro schema of the line
     * @param time a time before which no record was published that is later than the row
     */
    public record Given(String stream, String schema, Instant time) {}

    private DeadLetter(
            Owner owner,
            String id,
            String origin,
            Optional<Origin> record,
            LetterCause cause,
            int attempts,
            Instant time,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers original,
            Optional<Instant> timestamp,
            Optional<Given> given,
            int cutFrom) {
        this.owner = owner;
        this.id = id;
        this.origin = origin;
        this.record = record;
        this.cause = cause;
        this.attempts = attempts;
        this.time = time;
        this.key = key;
        this.value = value;
        this.original = original;
        this.timestamp = timestamp;
        this.given = given;
        this.cutFrom = cutFrom;
    }

    /**
     * What a source read and could not make a message of.
     *
     * @param raw the bytes as they were read
     * @param where the place for a person, which names it
     */
    public static DeadLetter ofSource(Owner owner, byte[] raw, String where, LetterCause cause, Instant time) {
        String id = id(owner, where, LetterCause.hash(raw, ID_CHARACTERS));
        return new DeadLetter(
                owner,
                id,
                where,
                Optional.empty(),
                cause,
                1,
                time,
                null,
                raw,
                Headers.EMPTY,
                Optional.empty(),
                Optional.empty(),
                WHOLE);
    }

    /** The same, of a row that can be published once more, with the headers that it had. */
    public DeadLetter of(Given row, Headers headers) {
        return new DeadLetter(
                owner,
                id,
                origin,
                record,
                cause,
                attempts,
                time,
                key,
                value,
                headers,
                timestamp,
                Optional.of(row),
                cutFrom);
    }

    /** The same after it was tried once more. */
    public DeadLetter again(LetterCause why, Instant when) {
        return new DeadLetter(
                owner, id, origin, record, why, attempts + 1, when, key, value, original, timestamp, given, cutFrom);
    }

    /**
     * What a sink could not write.
     *
     * @param key the record's key
     * @param value the record's value
     * @param original the record's headers
     * @param timestamp the time that the record carries
     * @param origin where it stands; of a record that was sent again, where it stood first
     * @param attempts how often it was tried
     */
    public static DeadLetter ofSink(
            Owner owner,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers original,
            Instant timestamp,
            Origin origin,
            LetterCause cause,
            int attempts,
            Instant time) {
        return new DeadLetter(
                owner,
                id(owner, origin),
                origin.toString(),
                Optional.of(origin),
                cause,
                attempts,
                time,
                key,
                value,
                original,
                Optional.of(timestamp),
                Optional.empty(),
                WHOLE);
    }

    /** The same with only the beginning of its value, when that has more than so many bytes. */
    public DeadLetter within(long bytes) {
        byte[] whole = value;
        if (whole == null || whole.length <= bytes) {
            return this;
        }
        byte[] head = Arrays.copyOf(whole, Math.min(whole.length, HEAD_BYTES));
        return new DeadLetter(
                owner, id, origin, record, cause, attempts, time, key, head, original, timestamp, given, whole.length);
    }

    /** How many bytes its value had, when only the beginning was kept: it cannot be sent again. */
    public OptionalInt cutFrom() {
        return cutFrom == WHOLE ? OptionalInt.empty() : OptionalInt.of(cutFrom);
    }

    /** The id that the letter of a record has or would have. */
    public static String id(Owner owner, Origin origin) {
        TopicPartition partition = origin.partition();
        return id(owner, partition.topicId() + "-" + partition.partition(), origin.offset() + "#" + origin.index());
    }

    private static String id(Owner owner, String place, String part) {
        String identity = String.join("\n", owner.side().word(), owner.pipeline(), owner.name(), place, part);
        return LetterCause.hash(identity.getBytes(StandardCharsets.UTF_8), ID_CHARACTERS);
    }

    /** The letter in a record of a dead letter topic; empty when the record is none. */
    static Optional<DeadLetter> read(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        try {
            return new Reader(headers).letter(key, value);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Whose it is. */
    public Owner owner() {
        return owner;
    }

    /** What it is known by; the same for the same record of the same source or sink. */
    public String id() {
        return id;
    }

    /** Where it came from, for people. */
    public String origin() {
        return origin;
    }

    /** The record that a sink could not write; empty for what a source read. */
    public Optional<Origin> record() {
        return record;
    }

    /** What is wrong with it. */
    public LetterCause cause() {
        return cause;
    }

    /** How often it was tried. */
    public int attempts() {
        return attempts;
    }

    /** When it became a dead letter. */
    public Instant time() {
        return time;
    }

    /** Its own key, or null. */
    public byte @Nullable [] key() {
        return key;
    }

    /** Its own value, or null. */
    public byte @Nullable [] value() {
        return value;
    }

    /** Its own headers. */
    public Headers original() {
        return original;
    }

    /** The time that the record carries; empty for what a source read. */
    public Optional<Instant> timestamp() {
        return timestamp;
    }

    /** Of the row that a source gave: what it takes to publish it. */
    public Optional<Given> given() {
        return given;
    }

    /** Its own headers, then those that say what went wrong. */
    public Headers headers() {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("pipeline", owner.pipeline());
        about.put(owner.side().word(), owner.name());
        about.put("connector", owner.connector());
        about.put("id", id);
        about.put("origin", origin);
        record.ifPresent(place -> {
            about.put("topic", place.partition().topic());
            about.put("topic-id", place.partition().topicId().toString());
            about.put("partition", String.valueOf(place.partition().partition()));
            about.put("offset", String.valueOf(place.offset()));
            about.put("index", String.valueOf(place.index()));
        });
        timestamp.ifPresent(at -> about.put("timestamp", at.toString()));
        given.ifPresent(row -> {
            about.put("stream", row.stream());
            about.put("schema", row.schema());
            about.put("given", row.time().toString());
        });
        about.put("reason", cause.message());
        about.put("error", cause.errorClass());
        cause.code().ifPresent(code -> about.put("code", code));
        about.put("cause", cause.digest());
        about.put("attempts", String.valueOf(attempts));
        about.put("time", time.toString());
        if (cutFrom != WHOLE) {
            about.put("size", String.valueOf(cutFrom));
        }
        about.put("own-headers", String.valueOf(original.list().size()));
        List<Headers.Header> all = new ArrayList<>(original.list());
        about.forEach((name, text) ->
                all.add(new Headers.Header(HEADER_PREFIX + name, text.getBytes(StandardCharsets.UTF_8))));
        return Headers.of(all);
    }

    /** Reads what {@link #headers()} wrote. */
    private record Reader(Headers headers) {

        Optional<DeadLetter> letter(byte @Nullable [] key, byte @Nullable [] value) {
            Optional<String> id = text("id");
            if (id.isEmpty()) {
                return Optional.empty();
            }
            LetterCause cause = new LetterCause(needed("error"), text("code"), needed("reason"), needed("cause"));
            List<Headers.Header> original = headers.list().subList(0, Integer.parseInt(needed("own-headers")));
            return Optional.of(new DeadLetter(
                    owner(),
                    id.get(),
                    needed("origin"),
                    record(),
                    cause,
                    Integer.parseInt(needed("attempts")),
                    Instant.parse(needed("time")),
                    key,
                    value,
                    Headers.of(original),
                    text("timestamp").map(Instant::parse),
                    text("stream").map(stream -> new Given(stream, needed("schema"), Instant.parse(needed("given")))),
                    text("size").map(Integer::parseInt).orElse(WHOLE)));
        }

        private Owner owner() {
            Optional<String> sink = text("sink");
            return new Owner(
                    needed("pipeline"),
                    sink.isPresent() ? Side.SINK : Side.SOURCE,
                    sink.orElseGet(() -> needed("source")),
                    needed("connector"));
        }

        private Optional<Origin> record() {
            return text("topic-id")
                    .map(topicId -> new Origin(
                            new TopicPartition(
                                    needed("topic"), UUID.fromString(topicId), Integer.parseInt(needed("partition"))),
                            Long.parseLong(needed("offset")),
                            Integer.parseInt(needed("index"))));
        }

        private Optional<String> text(String name) {
            return headers.last(HEADER_PREFIX + name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }

        private String needed(String name) {
            return text(name).orElseThrow(() -> new IllegalArgumentException("no header " + HEADER_PREFIX + name));
        }
    }
}
