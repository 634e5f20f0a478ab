package io.mainstem.runtime.worker;

import io.mainstem.api.Ack;
import io.mainstem.api.Datum;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Scan;
import io.mainstem.api.Schema;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Log;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.KeyCodec;
import io.mainstem.runtime.scan.Digest;
import io.mainstem.runtime.scan.Key;
import io.mainstem.runtime.scan.KeySpool;
import io.mainstem.runtime.scan.TopicScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, once, the keys that are in a topic and not in its source any more, and emits a delete for each. A little at each poll, on the
 * session's thread, between the records of the source's other splits. One thread, but for {@link #cancel}.
 *
 * <ol>
 *   <li>The end of the topic is noted, and the keys that are live before it are spooled. From here on the session notes each key that it
 *       publishes.
 *   <li>The source is asked for its keys, as they are at a later moment, and those are spooled, too.
 *   <li>A key that is in the first spool and not in the second was in the source when it was read, and was not later: it was deleted.
 *       Unless a record of it was published meanwhile: it may be there again, and is left to the next scan.
 * </ol>
 *
 * <p>Deletes are emitted by the thread that publishes everything else of the source, in the same transactions: nothing comes between the look at
 * what was published and the delete. Nothing is stored but the time of the scan: after a restart it is done anew, and finds the deletes that
 * are in the topic already.
 */
final class DeleteScan implements SplitReader {

    private static final Logger LOGGER = LoggerFactory.getLogger(DeleteScan.class);
    private static final int DELETES = 5_000;
    /** So many may always be gone, unless none is left: of a small table, a few rows are a large share. */
    private static final int FEW = 20;

    private static final String TIME = "scanned";

    private final WatchedSource source;
    private final StreamSchema stream;
    private final double limit;
    private final StreamRoute route;
    private final KeyWatch watch;
    private final Instant begun;
    private final KeySpool published;
    private final KeySpool present;
    private final TopicScan topicScan;
    private final Keys keys = new Keys();
    private boolean isTopicRead;
    private boolean isSourceRead;
    private volatile @Nullable SplitReader reader;
    private int counted;
    private long liveKeys;
    private long goneKeys;
    private int part;
    private Iterator<Key> gone = Collections.emptyIterator();
    private long deletes;
    private long left;

    /**
     * A scan that begins now.
     *
     * @param limit the share of the keys that may be gone
     */
    DeleteScan(
            WatchedSource source,
            StreamSchema stream,
            double limit,
            StreamRoute route,
            Log log,
            KeyWatch watch,
            Instant now)
            throws IOException {
        this.source = source;
        this.stream = stream;
        this.limit = limit;
        this.route = route;
        TopicDescription topic = log.admin()
                .topic(route.name())
                .orElseThrow(() -> new IllegalStateException("topic '" + route.name() + "' was deleted"));
        this.watch = watch;
        this.begun = now;
        this.topicScan = new TopicScan(log, topic);
        this.published = KeySpool.open();
        try {
            this.present = KeySpool.open();
        } catch (IOException e) {
            Closing.quietly(published);
            throw e;
        }
        watch.begin(route.name());
    }

    /** The split that stands for the scans of a stream in messages, and the key of their position. */
    static Split split(String stream) {
        return Split.of("deletes of " + stream, stream);
    }

    /** A position that says when the last scan began. */
    static Position position(Instant scanned) {
        return Position.of(TIME, scanned.toString());
    }

    /** When the last scan began. */
    static Instant scanned(Position position) {
        return position.textAt(TIME).map(Instant::parse).orElse(Instant.EPOCH);
    }

    StreamSchema stream() {
        return stream;
    }

    Instant begun() {
        return begun;
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws Exception {
        if (!isTopicRead) {
            isTopicRead = !topicScan.next(this::live);
            return Poll.more();
        }
        if (!isSourceRead) {
            return readSource(maxWait);
        }
        if (counted < KeySpool.PARTS) {
            count(counted++);
            return Poll.more();
        }
        return emit(out);
    }

    /** All are counted before one is deleted. */
    private void count(int number) throws IOException {
        Set<Key> live = published.part(number).keySet();
        liveKeys += live.size();
        live.removeAll(present.part(number).keySet());
        goneKeys += live.stream().filter(key -> !watch.mayHaveSeen(key)).count();
        if (counted == KeySpool.PARTS) {
            refuseTooMany();
        }
    }

    private void refuseTooMany() {
        boolean isMuch = goneKeys > FEW || goneKeys == liveKeys;
        if (goneKeys > 0 && isMuch && goneKeys > limit * liveKeys) {
            throw new StopException(
                    "source.mass-deletes",
                    goneKeys + " of the " + liveKeys + " rows of stream '" + stream.name()
                            + "' are gone from the source, more than the " + Math.round(limit * 100)
                            + " % that one look may delete: nothing was deleted from topic '" + route.name() + "'",
                    "see whether the table was emptied, or 'where' leaves rows out, by mistake; if they are to be deleted in the targets, too, "
                            + "set 'detect-deletes-limit' higher (100%: all), start again, and set it back");
        }
    }

    private void live(TopicPartition partition, RecordCursor cursor) throws IOException {
        if (cursor.keyLength() < 0) {
            return;
        }
        if (cursor.valueLength() < 0) {
            published.remove(cursor.array(), cursor.keyOffset(), cursor.keyLength());
        } else {
            published.add(cursor.array(), cursor.keyOffset(), cursor.keyLength(), Digest.NONE);
        }
    }

    private Poll readSource(Duration maxWait) throws Exception {
        SplitReader scan = reader;
        if (scan == null) {
            scan = source.scan(Scan.of(stream).keysOnly());
            reader = scan;
        }
        Poll poll = scan.poll(keys, maxWait);
        if (poll.next() != Poll.Next.END) {
            return poll;
        }
        reader = null;
        scan.close();
        isSourceRead = true;
        return Poll.more();
    }

    private Poll emit(Emitter out) throws IOException {
        if (!gone.hasNext() && part < KeySpool.PARTS) {
            gone = goneOf(part++);
        }
        for (int emitted = 0; emitted < DELETES && gone.hasNext(); ) {
            emitted += emit(gone.next(), out);
        }
        if (gone.hasNext() || part < KeySpool.PARTS) {
            out.checkpoint(Map.of(), SourceSession.NO_ACK);
            return Poll.more();
        }
        out.checkpoint(position(begun));
        LOGGER.info(
                "stream {}: {} rows are gone and were deleted from topic {}{}",
                stream.name(),
                deletes,
                route.name(),
                left == 0 ? "" : "; " + left + " keys that were published meanwhile are left to the next look");
        return Poll.end();
    }

    private Iterator<Key> goneOf(int number) throws IOException {
        Set<Key> live = published.part(number).keySet();
        live.removeAll(present.part(number).keySet());
        return live.iterator();
    }

    private int emit(Key key, Emitter out) {
        if (watch.mayHaveSeen(key)) {
            left++;
            return 0;
        }
        out.emit(Message.of(Operation.DELETE, Scalar.bytes(key.bytes()), null));
        deletes++;
        return 1;
    }

    @Override
    public void cancel() {
        SplitReader scan = reader;
        if (scan != null) {
            scan.cancel();
        }
    }

    @Override
    public void close() {
        watch.end();
        SplitReader scan = reader;
        reader = null;
        if (scan != null) {
            Closing.quietly(scan);
        }
        Closing.quietly(topicScan);
        Closing.quietly(published);
        Closing.quietly(present);
    }

    /** Takes the rows of the source. */
    private final class Keys implements Emitter {
        private final EncodeBuffer buffer = new EncodeBuffer();
        private @Nullable Schema schema;
        private @Nullable KeyCodec codec;

        @Override
        public void emit(Message message) {
            Datum value = message.value();
            if (!(value instanceof Row row)) {
                throw new StopException(
                        "source.detect-deletes",
                        "the connector gave something else than a row when it was asked for the keys of stream '"
                                + stream.name() + "'",
                        "this is a fault of the connector");
            }
            buffer.clear();
            codec(row.schema()).encode(row, buffer);
            try {
                present.add(buffer.array(), 0, buffer.length(), Digest.NONE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @SuppressWarnings("ReferenceEquality") // a schema is shared by its rows: another instance is looked up
        private KeyCodec codec(Schema of) {
            KeyCodec known = codec;
            if (known == null || of != schema) {
                known = KeyCodec.of(of, stream.key());
                codec = known;
                schema = of;
            }
            return known;
        }

        /** A row that cannot be read was not published either. */
        @Override
        public void bad(byte[] raw, String where, String why) {}

        @Override
        public void announce(Split child) {}

        @Override
        public void checkpoint(Position after) {}

        @Override
        public void checkpoint(Map<String, Position> changed, Ack ack) {
            ack.durable();
        }
    }
}
