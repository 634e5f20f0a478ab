package io.mainstem.testkit;

import io.mainstem.api.Config;
import io.mainstem.api.Discovery;
import io.mainstem.api.Emitter;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Recordable;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Tape;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a source as the runtime does: discovers, stores, opens readers, and keeps messages and positions together. What is
 * stored is in the {@link RecordingLog} and outlives the source, as the log outlives a process.
 */
public final class SourceHarness implements AutoCloseable {

    private static final Duration WAIT = Duration.ofMillis(10);
    private static final int POLLS_MAX = 1_000_000;

    private final SourceFactory factory;
    private final Config config;
    private final RecordingContext context;
    private final RecordingLog log;
    private final @Nullable Tape tape;
    private final Map<Split, Reading> readings = new LinkedHashMap<>();
    private Source source;

    private record Reading(SplitReader reader, Emitter emitter) {}

    /**
     * A source that was just made.
     *
     * @param options as they stand in YAML
     * @param log what was stored before
     */
    public SourceHarness(SourceFactory factory, Map<String, ?> options, RecordingContext context, RecordingLog log)
            throws Exception {
        this(factory, options, context, log, null);
    }

    /** The same with a source that asks by a tape; its factory is {@link Recordable}. */
    public SourceHarness(
            SourceFactory factory,
            Map<String, ?> options,
            RecordingContext context,
            RecordingLog log,
            @Nullable Tape tape)
            throws Exception {
        this.factory = factory;
        this.config = Config.parse(factory.config(), options);
        this.context = context;
        this.log = log;
        this.tape = tape;
        this.source = make(factory, config, context, tape);
    }

    private static Source make(SourceFactory factory, Config config, RecordingContext context, @Nullable Tape tape)
            throws Exception {
        return tape == null ? factory.create(config, context) : ((Recordable) factory).create(config, context, tape);
    }

    /** Discovers, and stores what was found. */
    public Discovery discover() throws Exception {
        Discovery discovery = source.discover(log);
        log.found(discovery.streams(), discovery.splits());
        return discovery;
    }

    /** Reads to the end of what is there, one split after the other. */
    public void runToEnd() throws Exception {
        List<Split> waiting = new ArrayList<>(discover().splits());
        while (!waiting.isEmpty()) {
            Split next = waiting.stream()
                    .filter(split -> split.after().stream().allMatch(log::isFinished))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("each of these splits waits for another: " + waiting));
            waiting.remove(next);
            readToEnd(next);
        }
    }

    private void readToEnd(Split split) throws Exception {
        Emitter emitter = log.emitter(split);
        try (SplitReader reader = open(split, true)) {
            for (int i = 0; i < POLLS_MAX; i++) {
                if (reader.poll(emitter, WAIT).next() == Poll.Next.END) {
                    finish(split);
                    return;
                }
            }
            throw new AssertionError(
                    "split " + split + " did not end after " + POLLS_MAX + " polls of a bounded reader");
        }
    }

    /**
     * One round of a source that runs continuously: discovers, then polls every reader until it has nothing more. Readers
     * stay open until the next round.
     *
     * @return what readers have to wait for, as they said
     */
    public List<String> followOnce() throws Exception {
        for (Split split : discover().splits()) {
            if (!readings.containsKey(split)) {
                readings.put(split, new Reading(open(split, false), log.emitter(split)));
            }
        }
        List<String> waiting = new ArrayList<>();
        for (Map.Entry<Split, Reading> entry : List.copyOf(readings.entrySet())) {
            follow(entry.getKey(), entry.getValue()).why().ifPresent(waiting::add);
        }
        return waiting;
    }

    private Poll follow(Split split, Reading reading) throws Exception {
        Poll poll = Poll.more();
        while (poll.next() == Poll.Next.MORE) {
            poll = reading.reader().poll(reading.emitter(), WAIT);
        }
        if (poll.next() == Poll.Next.END) {
            readings.remove(split);
            reading.reader().close();
            finish(split);
        }
        return poll;
    }

    private void finish(Split split) throws Exception {
        log.finish(split);
        source.finished(split, log.position(split.id()).orElse(Position.of(Map.of())));
    }

    /** Opens a reader at what is stored. */
    public SplitReader open(Split split, boolean bounded) throws Exception {
        StreamSchema stream = log.stream(split.stream())
                .orElseThrow(() -> new AssertionError("split " + split + " is of the stream '" + split.stream()
                        + "', which no discovery has declared"));
        return source.open(split, log.stored(split), new ReaderContext() {
            @Override
            public StreamSchema stream() {
                return stream;
            }

            @Override
            public boolean isBounded() {
                return bounded;
            }
        });
    }

    /** Reads to the end, with a new source each time one was killed. */
    public void runToEndThroughKills() throws Exception {
        boolean done = false;
        while (!done) {
            try {
                runToEnd();
                done = true;
            } catch (RecordingLog.Killed e) {
                restart();
                log.live();
            }
        }
    }

    /** A new source, as after a crash: nothing but what is stored is left of the old one. */
    public void restart() throws Exception {
        close();
        source = make(factory, config, context, tape);
    }

    /** What is stored. */
    public RecordingLog log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        for (Reading reading : readings.values()) {
            reading.reader().close();
        }
        readings.clear();
        source.close();
    }
}
