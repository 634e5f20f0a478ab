package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mainstem.api.Capabilities;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.Row;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real HTTP server that takes records and does not say so: a sink without offsets or overwriting tries again, and what it sees then
 * is what it saw before, so that a key made of a record's origin lets the server tell.
 */
@Timeout(60)
final class HttpTargetTest extends WorkerCase {

    private static final int RECORDS = 300;
    /** The how manieth delivery is answered with an error. */
    private static final Set<Integer> FAILED = Set.of(20, 150, 300);
    /** The how manieth delivery is not answered. */
    private static final Set<Integer> CUT = Set.of(60, 400);

    private static final FailurePolicy POLICY = new FailurePolicy(
            new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMinutes(1)),
            new FailurePolicy.BadRecords.DeadLetters("numbers.dead", Optional.empty()));

    private final List<String> deliveries = new ArrayList<>();
    private final Map<String, Set<String>> bodiesByKey = new LinkedHashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Takes every record, and sometimes answers with an error, or not at all. */
    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        deliveries.add(body);
        bodiesByKey.computeIfAbsent(key, unused -> new LinkedHashSet<>()).add(body);
        if (!CUT.contains(deliveries.size())) {
            exchange.sendResponseHeaders(FAILED.contains(deliveries.size()) ? 500 : 204, -1);
        }
        exchange.close();
    }

    private final class Factory implements SinkFactory {
        @Override
        public String name() {
            return "post";
        }

        @Override
        public String summary() {
            return "Posts each record.";
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
        public Sink create(Config config, Context context) {
            return new Post(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
        }
    }

    private record Post(URI target, HttpClient http) implements Sink {

        Post(URI target) {
            this(target, HttpClient.newHttpClient());
        }

        @Override
        public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext context) {
            return Map.of();
        }

        @Override
        public void write(SinkBatch batch) throws IOException, InterruptedException {
            for (Message message : batch.messages()) {
                Origin origin = message.origin().orElseThrow();
                HttpResponse<Void> answer = http.send(
                        HttpRequest.newBuilder(target)
                                .header(
                                        "Idempotency-Key",
                                        origin.partition().topicId() + "-"
                                                + origin.partition().partition() + "-" + origin.offset() + "-"
                                                + origin.index())
                                .POST(BodyPublishers.ofString(String.valueOf(((Row) message.value()).longAt(1))))
                                .build(),
                        BodyHandlers.discarding());
                if (answer.statusCode() != 204) {
                    throw new IOException("the server answered " + answer.statusCode());
                }
            }
        }

        @Override
        public void flush() {}
    }

    @Test
    void whatIsTriedAgainHasTheOriginThatItHad() throws Exception {
        try (Worker worker = Worker.start(log, List.of(pipeline()), options())) {
            assertThat(worker.await(Duration.ofSeconds(50))).isTrue();
            assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
            assertThat(worker.status().get(1).delivery().orElseThrow().kind())
                    .isEqualTo(DeliveryMode.Kind.AT_LEAST_ONCE);
            assertThat(worker.status().get(1).meters().retries()).isPositive();
        }
        List<String> all =
                LongStream.range(0, RECORDS).mapToObj(String::valueOf).toList();
        assertThat(new LinkedHashSet<>(deliveries)).containsExactlyElementsOf(all);
        assertThat(deliveries).hasSizeGreaterThan(RECORDS);
        assertThat(bodiesByKey).hasSize(RECORDS);
        assertThat(bodiesByKey.values()).allMatch(bodies -> bodies.size() == 1);
        assertThat(DeadLetters.read(log).all()).isEmpty();
    }

    private Pipeline pipeline() {
        return new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec(
                        "numbers",
                        "numbers",
                        new NumbersSource(1, RECORDS, 10),
                        NONE,
                        "{stream}",
                        ScheduleSpec.once(),
                        POLICY)),
                List.of(new TopicSpec("numbers", 1, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec("target", "post", new Factory(), NONE, List.of("numbers"), POLICY)));
    }
}
