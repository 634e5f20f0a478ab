package io.mainstem.runtime.worker;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.Emitter;
import io.mainstem.api.Field;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A source of numbered rows: each split counts from 0 to its end. Fails and emits bad records at numbers that a test names; what
 * happens to it outside of one reader's life is kept here, as it would be in the system it reads.
 */
final class NumbersSource implements SourceFactory {

    static final Schema SCHEMA = Schema.of(
            "numbers",
            Field.required("split", Type.STRING),
            Field.required("number", Type.INT64),
            Field.nullable("text", Type.STRING));

    private final int splits;
    private volatile long end;
    private final int batch;
    private final List<Long> failAt = new ArrayList<>();
    private final List<Long> badAt = new ArrayList<>();
    private volatile Consumer<Emitter> onPoll = out -> {};
    private volatile Supplier<Optional<Poll>> instead = Optional::empty;
    final ConcurrentLinkedQueue<String> finished = new ConcurrentLinkedQueue<>();

    NumbersSource(int splits, long end, int batch) {
        this.splits = splits;
        this.end = end;
        this.batch = batch;
    }

    /** Throws once, right before it would emit this number. */
    NumbersSource failAt(long number) {
        failAt.add(number);
        return this;
    }

    /** Reports this number as a bad record. */
    NumbersSource badAt(long number) {
        badAt.add(number);
        return this;
    }

    /** Runs at the begin of each poll. */
    NumbersSource onPoll(Consumer<Emitter> action) {
        onPoll = action;
        return this;
    }

    /** Answers polls by this, as long as it has an answer. */
    NumbersSource insteadOfPolls(Supplier<Optional<Poll>> answers) {
        instead = answers;
        return this;
    }

    Message message(String split, long number) {
        return message(split, number, "row " + number);
    }

    Message message(String split, long number, String text) {
        return Message.create(Row.builder(SCHEMA)
                .setString(0, split)
                .setLong(1, number)
                .setString(2, text)
                .build());
    }

    void growTo(long newEnd) {
        end = newEnd;
    }

    @Override
    public String name() {
        return "numbers";
    }

    @Override
    public String summary() {
        return "Numbered rows";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Capabilities capabilities(Config config) {
        return Capabilities.of();
    }

    @Override
    public Schedule defaultSchedule(Config config) {
        return Schedule.ONCE;
    }

    @Override
    public Source create(Config config, Context context) {
        return new Source() {
            @Override
            public Discovery discover(KnownSplits known) {
                List<Split> found = new ArrayList<>();
                for (int i = 0; i < splits; i++) {
                    found.add(Split.of("split-" + i, "numbers"));
                }
                return Discovery.of(List.of(StreamSchema.of("numbers", SCHEMA, List.of())), found);
            }

            @Override
            public SplitReader open(Split split, Map<String, Position> stored, ReaderContext reading) {
                Position position = stored.get(split.id());
                return new Reader(
                        split, position == null ? 0 : position.longAt("next").orElseThrow());
            }

            @Override
            public void finished(Split split, Position last) {
                finished.add(split.id() + "@" + last.longAt("next").orElse(0L));
            }
        };
    }

    private final class Reader implements SplitReader {
        private final Split split;
        private final Row.Builder row = Row.builder(SCHEMA);
        private long next;

        Reader(Split split, long next) {
            this.split = split;
            this.next = next;
        }

        @Override
        public Poll poll(Emitter out, Duration maxWait) {
            onPoll.accept(out);
            Optional<Poll> answer = instead.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            long stop = Math.min(end, next + batch);
            for (; next < stop; next++) {
                if (failAt.remove(next)) {
                    throw new RetryException("the numbers are out at " + next, new IllegalStateException("planned"));
                }
                if (badAt.contains(next)) {
                    out.bad(("raw " + next).getBytes(StandardCharsets.UTF_8), split.id() + ":" + next, "not a number");
                    continue;
                }
                out.emit(Message.create(row.setString(0, split.id())
                        .setLong(1, next)
                        .setString(2, "row " + next)
                        .build()));
            }
            out.checkpoint(Position.of("next", next));
            return next >= end ? Poll.end() : Poll.more();
        }
    }
}
