package io.mainstem.connectors.http.sink;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.SinkContext;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.connectors.http.client.HttpReply;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Keeps what the server answered, until it can be published. Several threads add, the sink's thread publishes. */
final class Responses {

    /** So much of a body is kept. */
    private static final int BODY_MAX = 64 << 10;

    private static final Schema SCHEMA = Schema.of(
            "response",
            Field.required("topic", Type.STRING).withDoc("the topic of the records that were sent"),
            Field.required("partition", Type.INT32).withDoc("their partition"),
            Field.required("offset", Type.INT64).withDoc("the offset of the first of them"),
            Field.required("last_offset", Type.INT64).withDoc("the offset of the last of them"),
            Field.required("records", Type.INT32).withDoc("how many they are"),
            Field.required("answered_at", Type.TIMESTAMPTZ).withDoc("when the answer came"),
            Field.required("method", Type.STRING).withDoc("the verb of the request"),
            Field.required("url", Type.STRING).withDoc("its address, without a query"),
            Field.required("status", Type.INT32).withDoc("the status"),
            Field.required("headers", Type.map(Type.STRING)).withDoc("the headers, with names in lower case"),
            Field.nullable("body", Type.STRING).withDoc("the beginning of the body, up to 64 KiB"));

    private final Optional<String> topic;
    private final Clock clock;
    private final List<Response> kept = new ArrayList<>();

    /** An answer, with the records that it is for. */
    private record Response(Outgoing outgoing, Instant time, int status, Map<String, String> headers, String body) {}

    Responses(Config config, Clock clock) {
        this.topic = config.find(SinkOptions.RESPONSES);
        this.clock = clock;
    }

    /** An answer has begun. */
    void begin(HttpReply reply) {
        if (topic.isPresent()) {
            reply.keep(BODY_MAX);
        }
    }

    /** It was understood: nothing of it is asked for again. */
    synchronized void add(Outgoing outgoing, HttpReply reply) {
        if (topic.isPresent()) {
            kept.add(new Response(outgoing, clock.instant(), reply.status(), reply.headers(), reply.kept()));
        }
    }

    /** Publishes all, by offset. */
    synchronized void publish(SinkContext context) {
        if (topic.isEmpty() || kept.isEmpty()) {
            return;
        }
        kept.sort(Comparator.comparingLong(response -> response.outgoing().firstOffset()));
        kept.forEach(response -> context.publish(topic.get(), Message.create(row(response))));
        kept.clear();
    }

    private static Row row(Response response) {
        List<Message> messages = response.outgoing().messages();
        TopicPartition partition = Objects.requireNonNull(messages.get(0).partition(), "not from the log");
        return Row.of(
                SCHEMA,
                partition.topic(),
                (long) partition.partition(),
                messages.get(0).offset(),
                messages.get(messages.size() - 1).offset(),
                (long) messages.size(),
                response.time(),
                response.outgoing().request().method(),
                response.outgoing().request().shownUrl(),
                (long) response.status(),
                response.headers(),
                response.body().isEmpty() ? null : response.body());
    }
}
