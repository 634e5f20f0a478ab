package io.mainstem.runtime.delivery;

import io.mainstem.log.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Something that could not be delivered, as it is kept in a dead letter topic: its own bytes as key and value, with headers that
 * say what went wrong. Equal {@link #origin()}s mean the same letter, even when it is there twice after a restart.
 */
public final class DeadLetter {

    /** The start of the names of all headers that a dead letter adds. */
    public static final String HEADER_PREFIX = "mainstem.dead-letter.";

    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final String origin;
    private final Headers headers;

    private DeadLetter(byte @Nullable [] key, byte @Nullable [] value, String origin, Headers headers) {
        this.key = key;
        this.value = value;
        this.origin = origin;
        this.headers = headers;
    }

    /**
     * What a source read and could not make a message of.
     *
     * @param raw the bytes as they were read
     * @param where the place for a person, which names it
     * @param reason what is wrong with it
     */
    public static DeadLetter ofSource(String pipeline, String source, byte[] raw, String where, String reason) {
        return new DeadLetter(null, raw, where, about(Headers.EMPTY, pipeline, "source", source, where, reason));
    }

    /**
     * What a sink could not write.
     *
     * @param key the record's key
     * @param value the record's value
     * @param original the record's headers
     * @param origin topic, partition and offset
     * @param reason what is wrong with it
     */
    public static DeadLetter ofSink(
            String pipeline,
            String sink,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers original,
            String origin,
            String reason) {
        return new DeadLetter(key, value, origin, about(original, pipeline, "sink", sink, origin, reason));
    }

    private static Headers about(
            Headers headers, String pipeline, String side, String name, String origin, String reason) {
        return header(
                header(header(header(headers, "pipeline", pipeline), side, name), "origin", origin), "reason", reason);
    }

    private static Headers header(Headers headers, String name, String value) {
        return headers.with(HEADER_PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The key, or null. */
    public byte @Nullable [] key() {
        return key;
    }

    /** The value, or null. */
    public byte @Nullable [] value() {
        return value;
    }

    /** Where it came from. */
    public String origin() {
        return origin;
    }

    /** Its own headers, then those that say what went wrong. */
    public Headers headers() {
        return headers;
    }
}
