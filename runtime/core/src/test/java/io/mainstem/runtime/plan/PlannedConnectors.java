package io.mainstem.runtime.plan;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.Emitter;
import io.mainstem.api.Field;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Message;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Connectors that show what they will do, and count what is done with them. */
final class PlannedConnectors {

    private PlannedConnectors() {}

    /** A source of tables, each a stream with one split of three rows. */
    static final class Tables implements SourceFactory {
        private final List<String> tables;
        private volatile List<Field> fields =
                List.of(Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        volatile boolean fails;
        volatile boolean receives;

        Tables(String... tables) {
            this.tables = List.of(tables);
        }

        Tables with(Field... newFields) {
            fields = List.of(newFields);
            return this;
        }

        @Override
        public String name() {
            return "tables";
        }

        @Override
        public String summary() {
            return "Tables";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Capabilities capabilities(Config config) {
            return receives ? Capabilities.of(Capability.RECEIVES) : Capabilities.of();
        }

        @Override
        public Source create(Config config, Context context) {
            return new Reading();
        }

        private final class Reading implements Source, Plannable {

            @Override
            public Discovery discover(KnownSplits known) throws IOException {
                if (fails) {
                    throw new IOException("hunter2 was refused");
                }
                List<StreamSchema> streams = new ArrayList<>();
                List<Split> splits = new ArrayList<>();
                for (String table : tables) {
                    streams.add(StreamSchema.of(table, Schema.of(table, fields), List.of("id")));
                    if (!known.isFinished(table)) {
                        splits.add(Split.of(table, table));
                    }
                }
                return Discovery.of(streams, splits);
            }

            @Override
            public Plan plan(StreamSchema stream) {
                return Plan.builder()
                        .target("table " + stream.name(), Plan.Change.NONE)
                        .request("read", "SELECT * FROM " + stream.name() + " /* hunter2 */")
                        .build();
            }

            @Override
            public SplitReader open(Split split, Map<String, Position> stored, ReaderContext context) {
                opened.incrementAndGet();
                Schema schema = context.stream().schema();
                return new SplitReader() {
                    @Override
                    public Poll poll(Emitter out, java.time.Duration maxWait) {
                        for (long id = 1; id <= 3; id++) {
                            Row.Builder row = Row.builder(schema).setLong(0, id);
                            for (int i = 1; i < schema.size(); i++) {
                                row.set(i, schema.field(i).type().kind() == Type.Kind.STRING ? "row " + id : null);
                            }
                            out.emit(Message.create(row.build()));
                        }
                        out.checkpoint(Position.of("id", 3));
                        return Poll.end();
                    }

                    @Override
                    public void close() {
                        closed.incrementAndGet();
                    }
                };
            }
        }
    }

    /** A target in memory: a topic's table is there once the sink has the topic, or with its first row. */
    static final class Target implements SinkFactory {
        final Set<String> tables = java.util.concurrent.ConcurrentHashMap.newKeySet();
        final AtomicInteger assigned = new AtomicInteger();
        private final CountDownLatch never = new CountDownLatch(1);
        volatile boolean hangs;
        volatile boolean makesWithTheFirstRow;
        /** The one table for all topics; without it, each has its own. */
        volatile String table = "";

        private String table(String topic) {
            return table.isEmpty() ? topic : table;
        }

        @Override
        public String name() {
            return "target";
        }

        @Override
        public String summary() {
            return "A target";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Capabilities capabilities(Config config) {
            return Capabilities.of(Capability.IDEMPOTENT);
        }

        @Override
        public Sink create(Config config, Context context) {
            return new Writing();
        }

        private final class Writing implements Sink, Plannable {

            @Override
            public Plan plan(StreamSchema topic) throws InterruptedException {
                if (hangs) {
                    never.await();
                }
                String name = table(topic.name());
                boolean isThere = tables.contains(name);
                Plan.Builder plan =
                        Plan.builder().target("table " + name, isThere ? Plan.Change.NONE : Plan.Change.CREATE);
                topic.schema()
                        .fields()
                        .forEach(field -> plan.column(
                                field.name(), field.name(), field.type().toString(), Plan.Change.NONE));
                return plan.build();
            }

            @Override
            public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext context) {
                assigned.incrementAndGet();
                if (!makesWithTheFirstRow) {
                    added.forEach(partition -> tables.add(table(partition.topic())));
                }
                return Map.of();
            }

            @Override
            public void write(SinkBatch batch) {
                batch.messages()
                        .forEach(message -> tables.add(
                                table(message.origin().orElseThrow().partition().topic())));
            }

            @Override
            public void flush() {}
        }
    }
}
