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
import io.mainstem.api.Row;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.Schema;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A source of a table in memory that can be asked for its keys. What was put is published in order; what was removed leaves no trace but
 * its absence.
 */
final class TableSource implements SourceFactory {

    static final Schema SCHEMA =
            Schema.of("table", Field.required("id", Type.INT64), Field.nullable("text", Type.STRING));

    private final Duration interval;
    private final List<String> key;
    private final ConcurrentSkipListMap<Long, String> rows = new ConcurrentSkipListMap<>();
    private final CopyOnWriteArrayList<Row> changes = new CopyOnWriteArrayList<>();
    private final AtomicInteger published = new AtomicInteger();
    final AtomicInteger scans = new AtomicInteger();
    private volatile Runnable onSnapshot = () -> {};
    private volatile double limit = 1;

    TableSource(Duration interval, String... key) {
        this.interval = interval;
        this.key = List.of(key);
    }

    void put(long id, String text) {
        rows.put(id, text);
        changes.add(row(id, text));
    }

    void remove(long id) {
        rows.remove(id);
    }

    /** The share of the rows that may be gone in one scan. */
    void limit(double share) {
        limit = share;
    }

    /** Runs in the middle of a scan: its keys are known, and were not given yet. */
    void onSnapshot(Runnable action) {
        onSnapshot = action;
    }

    /** Whether all that was put was given to the runtime. */
    boolean isPublished() {
        return published.get() == changes.size();
    }

    private static Row row(long id, String text) {
        return Row.builder(SCHEMA).setLong(0, id).setString(1, text).build();
    }

    @Override
    public String name() {
        return "table";
    }

    @Override
    public String summary() {
        return "A table in memory";
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
    public Source create(Config config, Context context) {
        return new Table();
    }

    private final class Table implements Source, Scannable {

        @Override
        public Discovery discover(KnownSplits known) {
            return Discovery.of(List.of(StreamSchema.of("table", SCHEMA, key)), List.of(Split.of("all", "table")))
                    .andFindDeletes(Map.of("table", new Discovery.Deletes(interval, limit)));
        }

        @Override
        public SplitReader open(Split split, Map<String, Position> stored, ReaderContext reading) {
            Position position = stored.get(split.id());
            int next =
                    position == null ? 0 : position.longAt("next").orElseThrow().intValue();
            return new Tail(next, reading.isBounded());
        }

        @Override
        public SplitReader scan(Scan what) {
            scans.incrementAndGet();
            return new AllRows();
        }
    }

    /** What was put, as it was put. */
    private final class Tail implements SplitReader {
        private final boolean isBounded;
        private int next;

        Tail(int next, boolean isBounded) {
            this.next = next;
            this.isBounded = isBounded;
        }

        @Override
        public Poll poll(Emitter out, Duration maxWait) {
            int end = changes.size();
            for (; next < end; next++) {
                out.emit(Message.create(changes.get(next)));
            }
            out.checkpoint(Position.of("next", (long) next));
            published.set(next);
            return isBounded ? Poll.end() : Poll.idle(Duration.ofMillis(1));
        }
    }

    /** The table as it was at the first poll. Waits, before it gives it, until what came meanwhile was published. */
    private final class AllRows implements SplitReader {
        private List<Long> snapshot = List.of();
        private boolean isTaken;

        @Override
        public Poll poll(Emitter out, Duration maxWait) {
            if (!isTaken) {
                snapshot = new ArrayList<>(rows.keySet());
                isTaken = true;
                onSnapshot.run();
                return Poll.idle(Duration.ofMillis(1));
            }
            if (!isPublished()) {
                return Poll.idle(Duration.ofMillis(1));
            }
            snapshot.forEach(id -> out.emit(Message.create(row(id, ""))));
            return Poll.end();
        }
    }
}
