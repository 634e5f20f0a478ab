package io.mainstem.runtime.pipeline;

import java.time.Duration;

/**
 * When a batch ends; in YAML {@code batch}. That of a source is a transaction of the log, of records and position; that of a
 * sink is what one flush makes durable in the target. The first bound that is reached ends it; a single record may be over
 * the bytes. A smaller batch is seen sooner, a larger one costs less for each record.
 *
 * @param records how many records
 * @param bytes how many bytes of records, as they are in the log
 * @param time how long its first record waits while others come
 * @param linger how long its first record waits for others when none come; a source does not wait for others
 */
public record Batch(int records, long bytes, Duration time, Duration linger) {
    /** The most records that a bound may be. */
    public static final int RECORDS_MAX = 10_000_000;

    /** Of a source without a word about it. */
    public static final Batch OF_SOURCE = new Batch(10_000, 1 << 20, Duration.ofMillis(200), Duration.ZERO);

    /** Of a sink without a word about it. */
    public static final Batch OF_SINK = new Batch(100_000, 64 << 20, Duration.ofSeconds(1), Duration.ofMillis(200));

    /** Checks that each is a bound. */
    public Batch {
        if (records < 1 || records > RECORDS_MAX || bytes < 1 || time.isNegative() || linger.isNegative()) {
            throw new IllegalArgumentException("a batch ends at 1 to " + RECORDS_MAX
                    + " records, at 1 byte or more, and not before it begins: " + records + ", " + bytes + ", " + time
                    + ", " + linger);
        }
    }

    static Batch ofSource(SectionReader source) {
        SectionReader section = source.nested(PipelineFormat.SOURCE_BATCH);
        return new Batch(
                Math.toIntExact(section.value(PipelineFormat.BATCH_RECORDS).orElse((long) OF_SOURCE.records)),
                section.value(PipelineFormat.SOURCE_BATCH_BYTES).orElse(OF_SOURCE.bytes),
                section.value(PipelineFormat.BATCH_TIME).orElse(OF_SOURCE.time),
                OF_SOURCE.linger);
    }

    static Batch ofSink(SectionReader sink) {
        SectionReader section = sink.nested(PipelineFormat.SINK_BATCH);
        return new Batch(
                Math.toIntExact(section.value(PipelineFormat.BATCH_RECORDS).orElse((long) OF_SINK.records)),
                section.value(PipelineFormat.SINK_BATCH_BYTES).orElse(OF_SINK.bytes),
                section.value(PipelineFormat.BATCH_TIME).orElse(OF_SINK.time),
                section.value(PipelineFormat.LINGER).orElse(OF_SINK.linger));
    }
}
