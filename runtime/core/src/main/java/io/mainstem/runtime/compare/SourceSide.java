package io.mainstem.runtime.compare;

import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.scan.Key;
import io.mainstem.runtime.transform.Chain;
import io.mainstem.runtime.transform.StepFailure;
import io.mainstem.runtime.worker.ConnectorContext;
import io.mainstem.runtime.worker.StepsContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rows of the streams that go into one topic, as the steps in front of it make them. */
final class SourceSide implements Side {

    private final List<Feed> feeds;
    private final List<String> key;

    /**
     * A stream that goes into the topic.
     *
     * @param scannable the source, which can be asked for its rows
     * @param contexts makes what its steps may ask
     */
    record Feed(Pipeline pipeline, SourceSpec spec, Scannable scannable, StreamSchema stream, Contexts contexts) {

        @Override
        public String toString() {
            return stream.name().equals(spec.name())
                    ? "source " + spec.name()
                    : stream.name() + " of source " + spec.name();
        }
    }

    /** Makes what steps may ask; both are closed by who asks. */
    interface Contexts {
        ConnectorContext connector();

        StepsContext steps(ConnectorContext connector);
    }

    /**
     * Streams that go into one topic.
     *
     * @param key the fields of the topic's key
     */
    SourceSide(List<Feed> feeds, List<String> key) {
        this.feeds = List.copyOf(feeds);
        this.key = List.copyOf(key);
    }

    @Override
    public String name() {
        return feeds.stream().map(Feed::toString).collect(Collectors.joining(", "));
    }

    @Override
    public void read(Taker taker) throws Exception {
        for (Feed feed : feeds) {
            read(feed, taker);
        }
    }

    private void read(Feed feed, Taker taker) throws Exception {
        RowKeys keys = new RowKeys(key);
        try (ConnectorContext connector = feed.contexts().connector();
                StepsContext context = feed.contexts().steps(connector);
                Chain chain = Chain.open(feed.spec().transforms(), feed.stream().name(), context)) {
            chain.output(feed.stream());
            Scans.read(feed.spec().factory(), feed.scannable(), Scan.of(feed.stream()), new Scans.Taker() {
                @Override
                public void row(Row row) throws Exception {
                    take(chain, row, keys, taker);
                }

                @Override
                public void bad(String why) {
                    taker.unreadable(why);
                }
            });
        }
    }

    private static void take(Chain chain, Row row, RowKeys keys, Taker taker) throws Exception {
        List<Message> made;
        try {
            Message message = Message.of(Operation.SNAPSHOT, null, row);
            made = chain.isEmpty() ? List.of(message) : chain.apply(message);
        } catch (StepFailure | CodecException e) {
            taker.unreadable(String.valueOf(e.getMessage()));
            return;
        }
        for (Message message : made) {
            if (message.value() instanceof Row value) {
                take(value, keys, taker);
            } else {
                taker.unreadable("a step made something else of a row than a row");
            }
        }
    }

    private static void take(Row value, RowKeys keys, Taker taker) throws Exception {
        Optional<Key> found = keys.of(value);
        if (found.isPresent()) {
            taker.take(found.get(), value);
        } else {
            taker.unreadable(RowKeys.WITHOUT);
        }
    }
}
