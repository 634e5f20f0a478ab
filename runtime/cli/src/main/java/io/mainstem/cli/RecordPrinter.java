package io.mainstem.cli;

import io.mainstem.api.Message;
import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prints the records of a topic as lines of JSON. For one thread. */
final class RecordPrinter {

    /** After so many failures the others are only counted. */
    private static final int FAILURES_SAID = 10;

    private final TopicDescription topic;
    private final Optional<CodecKind> codec;
    private final boolean full;
    private final Schemas schemas;
    private final Console console;
    private final Map<CodecKind, MessageCodec> codecs = new EnumMap<>(CodecKind.class);
    private final CodecGuess guess;
    private long failures;

    /**
     * A printer.
     *
     * @param codec how the values were written; if it is not said, each value is looked at
     * @param full whether to print the key, headers, offset and timestamp, too
     */
    RecordPrinter(TopicDescription topic, Optional<CodecKind> codec, boolean full, Schemas schemas, Console console) {
        this.topic = topic;
        this.codec = codec;
        this.full = full;
        this.schemas = schemas;
        this.guess = new CodecGuess(schemas, topic.name());
        this.console = console;
    }

    /**
     * Prints the next records of a chunk.
     *
     * @param most print no more than this
     * @return how many it printed
     */
    long print(RecordChunk chunk, long end, long most) {
        io.mainstem.api.TopicPartition partition = new io.mainstem.api.TopicPartition(
                topic.name(), topic.id(), chunk.partition().partition());
        RecordCursor cursor = chunk.cursor();
        long printed = 0;
        while (printed < most && next(cursor) && cursor.offset() < end) {
            print(cursor, partition);
            printed++;
        }
        return printed;
    }

    /** Whether there is one more; a batch that breaks off is told of and passed over. */
    private boolean next(RecordCursor cursor) {
        while (true) {
            try {
                return cursor.next();
            } catch (CorruptRecordException e) {
                tell(String.valueOf(e.getMessage()));
            }
        }
    }

    private void print(RecordCursor cursor, io.mainstem.api.TopicPartition partition) {
        try {
            MessageCodec decoder = codecs.computeIfAbsent(
                    kind(cursor), kind -> MessageCodec.of(topic.name(), kind, List.of(), schemas));
            console.result(line(decoder.decode(cursor, partition)));
        } catch (CodecException | SchemaException e) {
            tell(partition + " offset " + cursor.offset() + " cannot be decoded: " + e.getMessage());
        }
    }

    /** Tells of records that cannot be printed, behind those that were. */
    void tell(String failure) {
        failures++;
        if (failures <= FAILURES_SAID) {
            console.out().flush();
            console.say(failure);
        }
    }

    /** Says how much was not told; whether all could be printed. */
    boolean finish() {
        if (failures > FAILURES_SAID) {
            console.out().flush();
            console.say("and " + Units.count(failures - FAILURES_SAID) + " more such failures; --codec says how values"
                    + " were written, and --codec bytes prints any");
        }
        return failures == 0;
    }

    private String line(Message message) {
        if (full) {
            return JsonRows.toJson(message);
        }
        return message.value() == null ? "null" : JsonRows.toJson(message.value());
    }

    private CodecKind kind(RecordCursor cursor) {
        return codec.orElseGet(() -> guess.of(cursor.array(), cursor.valueOffset(), cursor.valueLength()));
    }
}
