package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drops records whose fields were seen a short time ago. What was seen is in memory, and so limited in number and forgotten when the
 * source or sink is opened anew; a record that comes again from its place in the log is no duplicate of itself.
 */
final class DedupeStep extends Step {

    private static final Option<List<String>> BY = Option.list("by", Option.text("field"))
            .doc("The fields that are equal in duplicates.")
            .example("[event_id]")
            .required();
    private static final Option<Duration> WINDOW = Option.duration("window", Duration.ofMillis(1), Duration.ofDays(366))
            .doc("How long after the first record others are its duplicates, by the clock of the worker.")
            .example("10m")
            .defaultValue(Duration.ofMinutes(10));
    private static final Option<Long> MOST = Option.integer("max-keys", 1, 10_000_000)
            .doc(
                    "So many are remembered, about 150 bytes and the text of the fields each; the oldest are forgotten first.")
            .example("100000")
            .defaultValue(100_000L);
    static final StepFactory FACTORY = new StepFactory(
            "dedupe",
            "Drops records whose fields were seen a short time ago.",
            ConfigSpec.of(BY, WINDOW, MOST),
            (config, context) -> new DedupeStep(config, context.clock()));

    private final List<String> names;
    private final long windowMillis;
    private final long most;
    private final Clock clock;
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    private DedupeStep(Config config, Clock clock) {
        this.names = config.get(BY);
        this.windowMillis = config.get(WINDOW).toMillis();
        this.most = config.get(MOST);
        this.clock = clock;
    }

    /** The first record of a key, and when it was seen. */
    private record Seen(long millis, int partition, long offset, int index) {

        boolean isSame(Message message, int ofPartition) {
            return ofPartition >= 0
                    && partition == ofPartition
                    && offset == message.offset()
                    && index == message.index();
        }
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        int[] indexes = known.indexes(BY.name(), names);
        KeyText text = KeyText.of(BY.name(), known.schema(), names);
        return new Plan() {
            @Override
            public StreamSchema output() {
                return known.stream();
            }

            /** A record without a value in each of the fields is nobody's duplicate. */
            @Override
            public void row(Message message, Row row, Consumer<Message> out) {
                for (int index : indexes) {
                    if (row.isNull(index)) {
                        out.accept(message);
                        return;
                    }
                }
                if (isFirst(text.of(row), message)) {
                    out.accept(message);
                }
            }
        };
    }

    private boolean isFirst(String key, Message message) {
        long now = clock.millis();
        int partition = message.partition() == null ? -1 : message.partition().partition();
        @Nullable Seen first = seen.get(key);
        if (first != null && now - first.millis() < windowMillis) {
            return first.isSame(message, partition);
        }
        // At the end of the order again.
        seen.remove(key);
        seen.put(key, new Seen(now, partition, message.offset(), message.index()));
        forget(now);
        return true;
    }

    private void forget(long now) {
        var oldest = seen.entrySet().iterator();
        while (oldest.hasNext()) {
            Seen one = oldest.next().getValue();
            if (seen.size() <= most && now - one.millis() < windowMillis) {
                return;
            }
            oldest.remove();
        }
    }
}
