package io.mainstem.connectors.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.connectors.http.ApiServer.Asked;
import io.mainstem.connectors.http.sink.HttpSinkFactory;
import io.mainstem.testkit.RecordingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the sink share: a server, a sink that sends to it, and what the sink asked the runtime for. */
abstract class HttpSinkCase {

    static final ObjectMapper JSON = new ObjectMapper();
    static final Schema SCHEMA =
            Schema.of("orders", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));
    static final TopicPartition PARTITION = new TopicPartition("orders", new UUID(1, 2), 0);

    final RecordingContext context = new RecordingContext(Path.of("."), Read.NOW);
    final Asking asking = new Asking();
    ApiServer server;

    /** What the sink asked for. */
    static final class Asking implements SinkContext {
        final List<String> asked = new ArrayList<>();
        final List<Long> dead = new ArrayList<>();
        final List<String> published = new ArrayList<>();

        @Override
        public void rewind(TopicPartition partition, long offset) {
            asked.add("rewind " + offset);
        }

        @Override
        public void pause(TopicPartition partition) {
            asked.add("pause");
        }

        @Override
        public void resume(TopicPartition partition) {
            asked.add("resume");
        }

        @Override
        public void requestFlush() {
            asked.add("flush");
        }

        @Override
        public CompletionStage<Void> deadLetter(Message message, Exception why) {
            dead.add(message.offset());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void publish(String topic, Message message) {
            published.add(topic + " " + message.value());
        }
    }

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    Sink sink(Object... pairs) throws Exception {
        Map<String, Object> options = Read.options(pairs);
        options.putIfAbsent("url", server.url("/in"));
        Sink sink = new HttpSinkFactory().create(Config.parse(new HttpSinkFactory().config(), options), context);
        sink.assign(Set.of(PARTITION), asking);
        return sink;
    }

    static Message message(long offset, Operation operation, String name) {
        Row key = Row.of(Schema.of("key", Field.required("id", Type.INT64)), offset);
        Row value = operation == Operation.DELETE ? null : Row.of(SCHEMA, offset, name);
        return Message.of(operation, key, value).withOrigin(PARTITION, offset, 0);
    }

    static SinkBatch batch(int from, int to) {
        return SinkBatch.of(
                PARTITION,
                IntStream.range(from, to)
                        .mapToObj(id -> message(id, Operation.CREATE, "n" + id))
                        .toList(),
                from,
                to,
                0);
    }

    List<Integer> taken() throws IOException {
        List<Integer> ids = new ArrayList<>();
        for (Asked asked : server.asked()) {
            JsonNode body = JSON.readTree(asked.body());
            if (body.size() <= 3) {
                body.forEach(record -> ids.add(record.get("id").intValue()));
            }
        }
        return ids;
    }

    List<Long> ids(int request) throws IOException {
        List<Long> ids = new ArrayList<>();
        JSON.readTree(server.asked().get(request).body())
                .forEach(record -> ids.add(record.get("id").asLong()));
        return ids;
    }

    List<String> names() {
        return server.asked().stream()
                .map(asked -> asked.header("Idempotency-Key"))
                .toList();
    }
}
