package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Context;
import io.mainstem.api.Emitter;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.RetryException;
import io.mainstem.api.Schema;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.Type;
import io.mainstem.connectors.http.client.HttpReply;
import io.mainstem.connectors.http.client.HttpRequest;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.JsonProblem;
import io.mainstem.connectors.http.client.Wait;
import io.mainstem.connectors.http.client.WaitException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events: a thread of its own reads the stream into a short queue, and waits when that is full. The position is the
 * id of the last event, which a new connection names, so that a server that keeps its events sends what is missing.
 */
final class EventReader implements SplitReader {

    private static final int QUEUE = 1000;
    private static final int BATCH = 5000;
    private static final String TYPE = "text/event-stream";
    private static final int NO_MORE = 204;
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration RECONNECT_MAX = Duration.ofHours(1);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final StreamSettings settings;
    private final HttpSession session;
    private final HttpRequest request;
    private final RowMaker rows;
    private final boolean declared;
    private final boolean bounded;
    private final BlockingQueue<ServerEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Context context;
    private String lastId;
    private @Nullable Thread thread;
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private volatile Optional<Wait> wait = Optional.empty();
    /** How long it waits before it connects again: the server may say so. */
    private volatile Duration reconnect = RECONNECT;

    private final Duration pollEvery;
    private volatile boolean ended;
    private volatile boolean closed;

    EventReader(
            StreamSettings settings,
            Partition partition,
            Context context,
            HttpSession session,
            ReaderContext reader,
            Duration pollEvery,
            @Nullable Position position) {
        this.settings = settings;
        this.context = context;
        this.session = session;
        this.pollEvery = pollEvery;
        PageRequests requests = new PageRequests(settings, partition, new Pagination(settings));
        this.request = requests.page(new Progress()).header("Accept", "text/event-stream");
        this.declared = !settings.get(SourceOptions.COLUMNS).isEmpty();
        this.bounded = reader.isBounded();
        this.rows = new RowMaker(
                reader.stream().schema(),
                settings.get(SourceOptions.COLUMNS),
                requests.addedFields(),
                settings.find(SourceOptions.RECORD_FIELD));
        this.lastId = position == null ? "" : position.textAt("id").orElse("");
    }

    /** The fields of events whose data nobody has declared. */
    static Schema schema(String stream, List<Field> added) {
        List<Field> fields = new ArrayList<>(List.of(
                Field.nullable("id", Type.STRING),
                Field.nullable("event", Type.STRING),
                Field.nullable("data", Type.STRING)));
        fields.addAll(added);
        return Schema.of(stream, fields);
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws InterruptedException {
        if (thread == null) {
            start();
        }
        @Nullable ServerEvent event = queue.poll(Math.max(1, maxWait.toMillis()), TimeUnit.MILLISECONDS);
        if (event == null) {
            return nothing();
        }
        int count = 0;
        while (event != null) {
            emit(event, out);
            lastId = event.id();
            event = ++count < BATCH ? queue.poll() : null;
        }
        out.checkpoint(lastId.isEmpty() ? Position.of("events", "live") : Position.of("id", lastId));
        return Poll.more();
    }

    /** A stream that ended, or broke, is connected to again after a moment. */
    private Poll nothing() {
        if (!ended || !queue.isEmpty()) {
            return Poll.idle(Duration.ofMillis(10));
        }
        if (failure.isPresent() && !closed) {
            throw failure.get();
        }
        thread = null;
        if (wait.isPresent()) {
            return PageSource.poll(wait.get());
        }
        return bounded ? Poll.end() : Poll.idle(reconnect);
    }

    private void start() {
        ended = false;
        failure = Optional.empty();
        wait = Optional.empty();
        String from = lastId;
        Thread reading = new Thread(() -> read(from), "http-events-" + settings.name());
        reading.setDaemon(true);
        reading.setContextClassLoader(getClass().getClassLoader());
        thread = reading;
        reading.start();
    }

    private void read(String from) {
        try (HttpReply answer = session.send(from.isEmpty() ? request : request.header("Last-Event-ID", from))) {
            PageSource.check(answer);
            if (answer.status() == NO_MORE) {
                // The standard's word for: do not connect again. There may be something another time.
                reconnect = pollEvery;
                return;
            }
            checkType(answer);
            read(new EventStream(answer.body(), from));
        } catch (WaitException e) {
            wait = Optional.of(e.pause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // A stream that breaks is the usual end of one.
            context.logger().log(System.Logger.Level.DEBUG, "the events of {0} broke off: {1}", settings.name(), e);
        } catch (RetryException e) {
            failure = closed ? Optional.empty() : Optional.of(e);
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        } finally {
            ended = true;
        }
    }

    private void read(EventStream stream) throws IOException, InterruptedException {
        reconnect = RECONNECT;
        try {
            for (Optional<ServerEvent> event = stream.next(); event.isPresent() && !closed; event = stream.next()) {
                queue.put(event.get());
            }
        } finally {
            stream.reconnect().ifPresent(time -> reconnect = time.compareTo(RECONNECT_MAX) < 0 ? time : RECONNECT_MAX);
        }
    }

    /** A page for people, or an answer of another kind, has no events in it, and never would have. */
    private static void checkType(HttpReply answer) {
        String type = answer.header("Content-Type").orElse(TYPE);
        if (!type.strip().toLowerCase(Locale.ROOT).startsWith(TYPE)) {
            throw new StopException(
                    "http.events",
                    answer + " with '" + answer.shown(type) + "', not with events (" + TYPE + "): " + answer.excerpt(),
                    "Check 'url' and 'auth', or set 'format' to what the server answers with.");
        }
    }

    private void emit(ServerEvent event, Emitter out) {
        byte[] raw = event.data().getBytes(StandardCharsets.UTF_8);
        String where = "event " + (event.id().isEmpty() ? event.event() : event.id());
        try {
            out.emit(Message.create(rows.row(record(event))));
        } catch (BadValueException e) {
            out.bad(raw, where, String.valueOf(e.getMessage()));
        } catch (JsonProcessingException e) {
            out.bad(raw, where, "the data of the event is not JSON: " + JsonProblem.of(e));
        }
    }

    private JsonNode record(ServerEvent event) throws JsonProcessingException {
        if (declared) {
            return JSON.readTree(event.data());
        }
        ObjectNode record = JSON.createObjectNode().put("event", event.event()).put("data", event.data());
        return event.id().isEmpty() ? record : record.put("id", event.id());
    }

    @Override
    public void cancel() {
        closed = true;
        session.cancel();
    }

    @Override
    public void close() {
        cancel();
        Thread reading = thread;
        if (reading != null) {
            reading.interrupt();
        }
    }
}
