package io.mainstem.runtime.worker;

import io.mainstem.api.Discovery;
import io.mainstem.api.Poll;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Log;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a session finds out which rows of its streams were deleted: of each stream every so often, of one at a time. One thread, but for
 * {@link #cancel}.
 */
final class DeleteScans implements AutoCloseable {

    /** The least time between the ends of two scans of a source that runs continuously. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration WAIT = Duration.ofMillis(100);

    private final Pipeline pipeline;
    private final SourceSpec spec;
    private final Log log;
    private final WatchedSource source;
    private final SourceState state;
    private final SourceCommits commits;
    private final boolean bounded;
    private final Map<String, Discovery.Deletes> wanted = new LinkedHashMap<>();
    private final Map<String, Instant> due = new LinkedHashMap<>();
    private final KeyWatch watch;
    private volatile @Nullable DeleteScan active;
    private @Nullable SplitRun run;

    /** Gives the way of a stream into its topic. */
    interface Ways {
        StreamWay of(String stream) throws Exception;
    }

    DeleteScans(
            Pipeline pipeline,
            SourceSpec spec,
            Log log,
            WatchedSource source,
            SourceState state,
            SourceCommits commits,
            boolean bounded) {
        this.pipeline = pipeline;
        this.spec = spec;
        this.log = log;
        this.source = source;
        this.state = state;
        this.commits = commits;
        this.bounded = bounded;
        this.watch = commits.keyWatch();
    }

    /**
     * What a discovery asks for. The time counts from the first discovery that asks.
     *
     * @throws StopException when it cannot be done for one of the streams
     */
    void plan(Discovery discovery, Ways ways, Instant now) throws Exception {
        wanted.clear();
        wanted.putAll(discovery.findDeletes());
        due.keySet().retainAll(wanted.keySet());
        for (Map.Entry<String, Discovery.Deletes> entry : wanted.entrySet()) {
            String stream = entry.getKey();
            check(stream, ways.of(stream));
            Instant last = last(stream);
            if (last.equals(Instant.EPOCH)) {
                commits.put(DeleteScan.split(stream).id(), DeleteScan.position(now));
                last = now;
            }
            due.putIfAbsent(stream, last.plus(entry.getValue().every()));
        }
    }

    private Instant last(String stream) {
        return Optional.ofNullable(
                        state.positions().get(DeleteScan.split(stream).id()))
                .map(DeleteScan::scanned)
                .orElse(Instant.EPOCH);
    }

    private void check(String stream, StreamWay way) {
        if (!source.isScannable()) {
            throw refused(stream, "the connector cannot give its keys", "this is a fault of the connector");
        }
        if (way.stream().key().isEmpty()) {
            throw refused(
                    stream,
                    "its rows have no key, so that nothing names the one that is gone",
                    "give the table a primary key, or name its columns with the connector's option 'key'");
        }
        Optional<String> step = way.changesKey();
        if (step.isPresent()) {
            throw refused(
                    stream,
                    step.get()
                            + " may change or hold back the keys of rows, so that those on the topic are not the source's",
                    "leave the step out, put it in front of the sink instead, or take the stream out of it with 'on'");
        }
        StreamRoute route = way.only();
        if (!route.keyFields().equals(way.stream().key())) {
            throw refused(
                    stream,
                    "the key of topic '" + route.name() + "' is " + route.keyFields() + ", and that of the rows is "
                            + way.stream().key(),
                    "leave 'key' of the topic out, or let the source have the same");
        }
        checkTopic(stream, route.name());
    }

    private void checkTopic(String stream, String topic) {
        TopicSettings settings =
                log.admin().topic(topic).map(found -> found.settings()).orElseGet(TopicSettings::defaults);
        boolean forgets = settings.cleanup().deletes()
                && (settings.retentionMillis() != TopicSettings.UNLIMITED
                        || settings.retentionBytes() != TopicSettings.UNLIMITED);
        if (forgets) {
            throw refused(
                    stream,
                    "topic '" + topic
                            + "' deletes old records, and a key that is not in it any more cannot be found to be gone",
                    "set 'cleanup: compact' for the topic, or leave 'retention' and 'retention-size' out");
        }
        boolean isShared = state.streams().stream()
                        .map(StreamSchema::name)
                        .anyMatch(other -> !other.equals(stream)
                                && pipeline.topicOf(spec, other).equals(topic))
                || pipeline.sources().stream()
                        .anyMatch(other -> !other.name().equals(spec.name())
                                && other.topic().equals(topic));
        if (isShared) {
            throw refused(
                    stream,
                    "topic '" + topic + "' has records of others, too, which would all be deleted",
                    "give the stream a topic of its own, such as 'topic: \"{pipeline}.{stream}\"'");
        }
    }

    private StopException refused(String stream, String why, String whatToDo) {
        return new StopException(
                "source.detect-deletes",
                "deletes of stream '" + stream + "' of source '" + spec.name() + "' cannot be found: " + why,
                whatToDo + "; or do without 'detect-deletes'");
    }

    /** The stream is another now: a scan of it begins anew. */
    void forget(String stream) {
        DeleteScan scan = active;
        if (scan != null && scan.stream().name().equals(stream)) {
            end();
        }
    }

    /** Nothing more is found out about the stream, until a discovery asks for it again. */
    void leaveOut(String stream) {
        forget(stream);
        wanted.remove(stream);
        due.remove(stream);
    }

    /** The stream whose scan is under way. */
    Optional<String> activeStream() {
        return Optional.ofNullable(active).map(scan -> scan.stream().name());
    }

    /** Whether a scan is under way. */
    boolean isActive() {
        return active != null;
    }

    /**
     * Does a little. Of a source that reads to its end, once that was reached.
     *
     * @param isAtEnd whether nothing else is left to read
     * @return false when there is nothing to do now
     */
    boolean step(Ways ways, Instant now, boolean isAtEnd) throws Exception {
        if (active == null && !(bounded && !isAtEnd)) {
            begin(ways, now);
        }
        DeleteScan scan = active;
        SplitRun present = run;
        if (scan == null || present == null) {
            return false;
        }
        Poll poll = scan.poll(present.emitter(), isAtEnd ? WAIT : NO_WAIT);
        if (poll.next() == Poll.Next.END) {
            end();
            due.put(scan.stream().name(), bounded ? Instant.MAX : next(scan, now));
        }
        commits.commitIfDue();
        return poll.next() != Poll.Next.IDLE;
    }

    private Instant next(DeleteScan scan, Instant now) {
        Discovery.Deletes how = wanted.get(scan.stream().name());
        Instant next = scan.begun().plus(how == null ? Duration.ZERO : how.every());
        Instant earliest = now.plus(PAUSE);
        return next.isBefore(earliest) ? earliest : next;
    }

    private void begin(Ways ways, Instant now) throws Exception {
        Optional<String> stream = due.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(now))
                .map(Map.Entry::getKey)
                .findFirst();
        if (stream.isPresent()) {
            StreamWay way = ways.of(stream.get());
            StreamRoute route = way.only();
            SplitRun fresh = new SplitRun(DeleteScan.split(stream.get()));
            double limit = Objects.requireNonNull(wanted.get(stream.get())).limit();
            DeleteScan scan = new DeleteScan(source, way.stream(), limit, route, log, watch, now);
            fresh.opened(scan, commits.emitterFor(fresh, new StreamWay(way.stream(), route, null), announced -> {}));
            active = scan;
            run = fresh;
        }
    }

    /** When the next scan begins; with one under way, when it is to be polled again. */
    Optional<Instant> nextDue(Instant now) {
        if (active != null) {
            return Optional.of(now.plusMillis(10));
        }
        return bounded ? Optional.empty() : due.values().stream().min(Instant::compareTo);
    }

    private void end() {
        DeleteScan scan = active;
        active = null;
        run = null;
        if (scan != null) {
            scan.close();
        }
    }

    void cancel() {
        DeleteScan scan = active;
        if (scan != null) {
            scan.cancel();
        }
    }

    @Override
    public void close() {
        end();
    }
}
