package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.ApiServer.Asked;
import io.mainstem.connectors.http.sink.HttpSinkFactory;
import io.mainstem.testkit.RecordingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sink sends, and what it makes of the answers. */
final class HttpSinkTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Schema SCHEMA =
            Schema.of("orders", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));
    private static final TopicPartition PARTITION = new TopicPartition("orders", new UUID(1, 2), 0);

    private final RecordingContext context = new RecordingContext(Path.of("."), Read.NOW);
    private final Asking asking = new Asking();
    private ApiServer server;

    /** What the sink asked for. */
    private static final class Asking implements SinkContext {
        private final List<String> asked = new ArrayList<>();
        private final List<Long> dead = new ArrayList<>();
        private final List<String> published = new ArrayList<>();

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

    private Sink sink(Object... pairs) throws Exception {
        Map<String, Object> options = Read.options(pairs);
        options.putIfAbsent("url", server.url("/in"));
        Sink sink = new HttpSinkFactory().create(Config.parse(new HttpSinkFactory().config(), options), context);
        sink.assign(Set.of(PARTITION), asking);
        return sink;
    }

    private static Message message(long offset, Operation operation, String name) {
        Row key = Row.of(Schema.of("key", Field.required("id", Type.INT64)), offset);
        Row value = operation == Operation.DELETE ? null : Row.of(SCHEMA, offset, name);
        return Message.of(operation, key, value).withOrigin(PARTITION, offset, 0);
    }

    private static SinkBatch batch(int from, int to) {
        return SinkBatch.of(
                PARTITION,
                IntStream.range(from, to)
                        .mapToObj(id -> message(id, Operation.CREATE, "n" + id))
                        .toList(),
                from,
                to,
                0);
    }

    @Test
    void eachOperationGoesWhereItShould() throws Exception {
        server.on("/in", asked -> Answer.status(200));
        try (Sink sink = sink(
                "url",
                server.url("/in/{id}"),
                "method",
                "PUT",
                "update-method",
                "PATCH",
                "delete-url",
                server.url("/in/{key.id}"),
                "concurrency",
                "1",
                "headers",
                Map.of("X-Topic", "{topic}/{offset}"))) {
            sink.write(SinkBatch.of(
                    PARTITION,
                    List.of(
                            message(1, Operation.CREATE, "a"),
                            message(2, Operation.UPDATE, "b"),
                            message(3, Operation.DELETE, "")),
                    1,
                    4,
                    0));
        }
        assertThat(server.asked().stream().map(asked -> asked.method() + " " + asked.path()))
                .containsExactly("PUT /in/1", "PATCH /in/2", "DELETE /in/3");
        assertThat(server.asked().get(0).body()).isEqualTo("{\"id\":1,\"name\":\"a\"}");
        assertThat(server.asked().get(0).header("Idempotency-Key")).isEqualTo("orders-1-0-1");
        assertThat(server.asked().get(0).header("X-Topic")).isEqualTo("orders/1");
    }

    @Test
    void bodiesHaveTheFormThatIsAskedFor() throws Exception {
        server.on("/in", asked -> Answer.status(200));
        for (Map<String, ?> form : List.<Map<String, ?>>of(
                Map.of("body-format", "form"),
                Map.of("body-format", "multipart"),
                Map.of("body-format", "json-array", "wrap", "records"),
                Map.of("body-format", "json-lines"),
                Map.of("body", "{\"text\": \"{name} is {id}\", \"all\": {record}}"))) {
            Object[] pairs = form.entrySet().stream()
                    .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                    .toArray();
            try (Sink sink = sink(pairs)) {
                sink.write(SinkBatch.of(PARTITION, List.of(message(1, Operation.CREATE, "a \"b\"&")), 1, 2, 0));
            }
        }
        List<Asked> asked = server.asked();
        assertThat(asked.get(0).body()).isEqualTo("id=1&name=a+%22b%22%26");
        assertThat(asked.get(1).body()).contains("name=\"name\"", "\r\n\r\na \"b\"&\r\n");
        assertThat(asked.get(2).body()).isEqualTo("{\"records\":[{\"id\":1,\"name\":\"a \\\"b\\\"&\"}]}");
        assertThat(asked.get(3).body()).isEqualTo("{\"id\":1,\"name\":\"a \\\"b\\\"&\"}\n");
        assertThat(asked.get(4).body())
                .isEqualTo("{\"text\": \"a \\\"b\\\"& is 1\", \"all\": {\"id\":1,\"name\":\"a \\\"b\\\"&\"}}");
    }

    @Test
    void whatIsTooLargeIsSplit() throws Exception {
        server.on("/in", asked -> JSON.readTree(asked.body()).size() > 3 ? Answer.status(413) : Answer.status(200));
        try (Sink sink = sink("body-format", "json-array", "batch-records", "10")) {
            sink.write(batch(0, 20));
        }
        assertThat(taken())
                .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
        assertThat(asking.dead).isEmpty();
    }

    private List<Integer> taken() throws IOException {
        List<Integer> ids = new ArrayList<>();
        for (Asked asked : server.asked()) {
            JsonNode body = JSON.readTree(asked.body());
            if (body.size() <= 3) {
                body.forEach(record -> ids.add(record.get("id").intValue()));
            }
        }
        return ids;
    }

    @Test
    void aBadRecordOfManyIsFoundByHalves() throws Exception {
        server.on("/in", asked -> asked.body().contains("\"n5\"") ? Answer.status(400) : Answer.status(200));
        try (Sink sink = sink("body-format", "json-array")) {
            sink.write(batch(0, 16));
        }
        assertThat(asking.dead).containsExactly(5L);
    }

    @Test
    void onlyTheRefusedOfManyGoToTheDeadLetters() throws Exception {
        server.on(
                "/in",
                asked -> Answer.of(207, "application/json", "{\"items\": [{\"status\": 200}, {\"status\": 409}, {}]}"));
        try (Sink sink = sink("body-format", "json-array", "results-at", "/items")) {
            sink.write(batch(10, 13));
        }
        assertThat(asking.dead).containsExactly(11L);
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void ofManyOnlyThoseThatTheServerAsksForAgainAreSentAgain() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on("/in", asked -> {
            String results = count.incrementAndGet() == 1
                    ? "[{\"status\": 200}, {\"status\": 503}, {\"status\": 422}, {\"status\": 429}]"
                    : count.get() == 2 ? "[{\"status\": 201}, {\"status\": 408}]" : "[{\"status\": 200}]";
            return Answer.of(207, "application/json", results);
        });
        try (Sink sink = sink("body-format", "json-array")) {
            sink.write(batch(10, 14));
        }
        assertThat(ids(0)).containsExactly(10L, 11L, 12L, 13L);
        assertThat(ids(1)).containsExactly(11L, 13L);
        assertThat(ids(2)).containsExactly(13L);
        assertThat(server.asked()).hasSize(3);
        assertThat(asking.dead).containsExactly(12L);
        assertThat(asking.asked).isEmpty();
    }

    @Test
    void whatFollowsOfTheSameKeyIsSentAgainBehindIt() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on(
                "/in",
                asked -> Answer.of(
                        207,
                        "application/json",
                        count.incrementAndGet() == 1
                                ? "[{\"status\": 503}, {\"status\": 200}, {\"status\": 200}]"
                                : "[{\"status\": 200}, {\"status\": 200}]"));
        Row key = Row.of(Schema.of("key", Field.required("id", Type.INT64)), 1L);
        Message first =
                Message.of(Operation.CREATE, key, Row.of(SCHEMA, 1L, "old")).withOrigin(PARTITION, 5, 0);
        Message second =
                Message.of(Operation.UPDATE, key, Row.of(SCHEMA, 1L, "new")).withOrigin(PARTITION, 7, 0);
        try (Sink sink = sink("body-format", "json-array")) {
            sink.write(SinkBatch.of(PARTITION, List.of(first, message(6, Operation.CREATE, "other"), second), 5, 8, 0));
        }
        assertThat(server.asked()).hasSize(2);
        assertThat(server.asked().get(1).body()).contains("old", "new").doesNotContain("other");
        assertThat(asking.dead).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void aWriteThatARedirectWouldMakeAReadOfStopsTheSink(int status) throws Exception {
        server.on("/in", asked -> new Answer(status, Map.of("Location", server.url("/other")), new byte[0]));
        server.on("/other", asked -> Answer.status(200));
        try (Sink sink = sink()) {
            assertThatThrownBy(() -> {
                        sink.write(batch(10, 11));
                        sink.flush();
                    })
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("nothing would be written");
        }
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void aRecordThatIsNeverTakenPausesThePartition() throws Exception {
        server.on("/in", asked -> Answer.of(207, "application/json", "[{\"status\": 500}]"));
        try (Sink sink = sink("body-format", "json-array", "retries", 1L)) {
            sink.write(batch(10, 11));
        }
        assertThat(server.asked()).hasSize(2);
        assertThat(asking.dead).isEmpty();
        assertThat(asking.asked).containsExactly("rewind 10", "pause");
    }

    private List<Long> ids(int request) throws IOException {
        List<Long> ids = new ArrayList<>();
        JSON.readTree(server.asked().get(request).body())
                .forEach(record -> ids.add(record.get("id").asLong()));
        return ids;
    }

    @Test
    void anAttemptThatIsRepeatedHasTheSameName() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.raw("/in", exchange -> {
            // the body was taken, and then the connection breaks
            exchange.sendResponseHeaders(count.incrementAndGet() < 3 ? 500 : 200, -1);
        });
        try (Sink sink = sink()) {
            sink.write(batch(7, 8));
        }
        assertThat(server.asked()).hasSize(3);
        assertThat(server.asked().stream()
                        .map(asked -> asked.header("Idempotency-Key"))
                        .distinct())
                .containsExactly("orders-1-0-7");
    }

    private List<String> names() {
        return server.asked().stream()
                .map(asked -> asked.header("Idempotency-Key"))
                .toList();
    }

    @Test
    void aPartOfABodyHasAnotherNameThanTheWholeAndTheSameAtEachAttempt() throws Exception {
        server.on("/in", asked -> {
            int records = asked.body().split("\"id\"").length - 1;
            return Answer.status(records > 2 ? 413 : 200);
        });
        for (int time = 1; time <= 2; time++) {
            try (Sink sink = sink("body-format", "json-array")) {
                sink.write(batch(10, 14));
            }
        }
        assertThat(names().subList(0, 3)).doesNotHaveDuplicates().allMatch(name -> name.startsWith("orders-1-0-1"));
        assertThat(names().subList(3, 6)).isEqualTo(names().subList(0, 3));
    }

    @Test
    void whatIsAskedForAgainInAnAnswerHasANameOfItsOwnSinceAServerThatKeepsNamesWouldAnswerTheSame() throws Exception {
        Map<String, String> remembered = new ConcurrentHashMap<>();
        AtomicInteger count = new AtomicInteger();
        server.on("/in", asked -> {
            int records = asked.body().split("\"id\"").length - 1;
            String status = count.incrementAndGet() <= 2 ? "503" : "200";
            return Answer.of(
                    207,
                    "application/json",
                    remembered.computeIfAbsent(
                            asked.header("Idempotency-Key"),
                            name -> "[" + String.join(",", Collections.nCopies(records, "{\"status\": " + status + "}"))
                                    + "]"));
        });
        try (Sink sink = sink("body-format", "json-array")) {
            sink.write(batch(10, 12));
        }
        assertThat(names()).hasSize(3).doesNotHaveDuplicates();
        assertThat(asking.asked).isEmpty();
        try (Sink sink = sink("body-format", "json-array")) {
            // killed before the offset was committed
            sink.write(batch(10, 12));
        }
        assertThat(names().subList(3, 6)).isEqualTo(names().subList(0, 3));
        assertThat(asking.dead).isEmpty();
    }

    @Test
    void answersAreKeptInATopicWithWhatTheyAnswer() throws Exception {
        server.on(
                "/in",
                asked -> asked.body().contains("n11")
                        ? Answer.of(422, "text/plain", "no such customer")
                        : Answer.of(201, "application/json", "{\"made\": " + asked.body() + "}")
                                .with("Set-Cookie", "sid=1"));
        try (Sink sink = sink("responses", "orders.responses", "concurrency", "1")) {
            sink.write(batch(10, 12));
        }
        assertThat(asking.dead).containsExactly(11L);
        assertThat(asking.published).hasSize(2);
        assertThat(asking.published.get(0))
                .startsWith("orders.responses ")
                .contains("orders", "10", "POST", "/in", "201", "{\"made\": {\"id\":10")
                .doesNotContain("sid=");
        assertThat(asking.published.get(1)).contains("11", "422", "no such customer");
    }

    @Test
    void theAnswerToManyNamesTheFirstAndTheLastAndIsKeptWhateverIsMadeOfIt() throws Exception {
        server.on("/in", asked -> Answer.of(207, "application/json", "[{\"status\": 200}, {\"status\": 422}]"));
        try (Sink sink = sink("responses", "r", "body-format", "json-array")) {
            sink.write(batch(10, 12));
        }
        assertThat(asking.published).hasSize(1);
        assertThat(asking.published.get(0)).contains("10", "11", "207", "\"status\": 422");
        assertThatThrownBy(() -> sink("responses", "__internal")).hasMessageContaining("must be the name of a topic");
    }

    @Test
    void keptAnswersHaveNoCredentialsThatTheServerRepeats() throws Exception {
        server.on(
                "/in",
                asked -> Answer.json("{\"you\": \"" + asked.header("Authorization")
                                + "\", \"url\": \"to%2Fken%22-4711\", " + "\"json\": \"to/ken\\\"-4711\"}")
                        .with("X-You", asked.header("Authorization")));
        try (Sink sink = sink("responses", "r", "auth", "bearer", "token", "to/ken\"-4711")) {
            sink.write(batch(10, 11));
        }
        assertThat(asking.published).singleElement().asString().contains("***").doesNotContain("4711");
        asking.published.clear();
        try (Sink sink = sink("responses", "r", "auth", "basic", "user", "u", "password", "pass-4711")) {
            sink.write(batch(10, 11));
        }
        assertThat(asking.published)
                .singleElement()
                .asString()
                .contains("Basic ***")
                .doesNotContain(server.asked().get(1).header("Authorization").substring(6));
    }

    @Test
    void aValueThatWouldMakeAUrlThatOfSomethingElseIsBad() throws Exception {
        server.on("/", asked -> Answer.status(200));
        try (Sink sink = sink("url", server.url("/in/{name}/x?n={name}"), "method", "PUT", "concurrency", "1")) {
            sink.write(SinkBatch.of(
                    PARTITION,
                    List.of(
                            message(1, Operation.CREATE, ""),
                            message(2, Operation.CREATE, "."),
                            message(3, Operation.CREATE, ".."),
                            message(4, Operation.CREATE, "a/../b"),
                            message(5, Operation.CREATE, "...")),
                    1,
                    6,
                    0));
        }
        assertThat(asking.dead).containsExactly(1L, 2L, 3L);
        assertThat(server.asked().stream().map(Asked::path)).containsExactly("/in/a/../b/x", "/in/.../x");
    }

    @Test
    void noValueEndsAPartOfABody() throws Exception {
        server.on("/in", asked -> Answer.status(200));
        try (Sink sink = sink("body-format", "multipart")) {
            sink.write(SinkBatch.of(
                    PARTITION,
                    List.of(message(1, Operation.CREATE, "\r\n--mainstem-5c1d3f0b8a7e4d29--\r\n")),
                    1,
                    2,
                    0));
        }
        Asked asked = server.asked().get(0);
        String boundary = asked.header("Content-Type").replaceFirst(".*boundary=", "");
        assertThat(asked.body().split("--" + boundary, -1)).hasSize(4);
    }

    @Test
    void aRecordThatMakesNoHeaderIsBad() throws Exception {
        server.on("/in", asked -> Answer.status(200));
        try (Sink sink = sink("headers", Map.of("X-Name", "{name}"))) {
            sink.write(SinkBatch.of(
                    PARTITION,
                    List.of(message(1, Operation.CREATE, "Ren\u00e9"), message(2, Operation.CREATE, "b")),
                    1,
                    3,
                    0));
        }
        assertThat(asking.dead).containsExactly(1L);
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void resultsThatBreakOffAreAskedForAgain() throws Exception {
        server.raw("/in", exchange -> ApiServer.cutShort(exchange, "application/json", "[{\"sta", 100));
        try (Sink sink = sink("body-format", "json-array", "results-at", "", "retries", "0")) {
            sink.write(batch(10, 11));
        }
        assertThat(asking.asked).containsExactly("rewind 10", "pause");
        assertThat(asking.dead).isEmpty();
    }

    @Test
    void bodiesOfManyHaveLimits() throws Exception {
        server.on("/in", asked -> Answer.status(200));
        try (Sink sink = sink("body-format", "json-lines", "batch-bytes", "60B", "concurrency", "1")) {
            sink.write(batch(10, 16));
        }
        assertThat(server.asked())
                .allMatch(asked -> asked.body().length() <= 60)
                .hasSizeBetween(2, 5);
        assertThat(server.asked().stream()
                        .map(asked -> asked.body())
                        .reduce("", String::concat)
                        .lines())
                .hasSize(6);
    }

    @Test
    void resultsMaySayWhatTheyMeanInTheirOwnWords() throws Exception {
        server.on("/in", asked -> Answer.json("{\"out\": [{\"r\": \"made\"}, {\"r\": \"duplicate\"}]}"));
        try (Sink sink = sink(
                "body-format",
                "json-array",
                "results-at",
                "/out",
                "result-status-at",
                "/r",
                "result-good",
                List.of("made"))) {
            sink.write(batch(10, 12));
        }
        assertThat(asking.dead).containsExactly(11L);
    }

    @Test
    void fewerRequestsAreUnderWayAfterTrouble() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger status = new AtomicInteger(200);
        server.on("/in", asked -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            underWay.decrementAndGet();
            return Answer.status(status.get());
        });
        try (Sink sink = sink("concurrency", "8", "retries", "0")) {
            sink.write(batch(0, 64));
            assertThat(most.get()).isBetween(5, 8);
            status.set(503);
            sink.write(batch(64, 128));
            assertThat(asking.asked).contains("rewind 64", "pause");
            status.set(200);
            most.set(0);
            sink.write(batch(64, 128));
            assertThat(most.get()).isBetween(1, 4);
        }
    }

    @Test
    void whenNothingGoesThroughForTooLongThePipelineDecides() throws Exception {
        server.on("/in", asked -> Answer.status(503));
        try (Sink sink = sink("retries", "0", "pause-max", "30s")) {
            sink.write(batch(0, 1));
            context.advance(Duration.ofSeconds(31));
            assertThatThrownBy(() -> sink.write(batch(0, 1)))
                    .isInstanceOf(RetryException.class)
                    .hasMessageContaining("nothing went through for 31 s");
        }
    }

    @Test
    void whatWillBeSentIsPlanned() throws Exception {
        try (Sink sink = sink(
                "url",
                "https://api.example.com/orders/{id}?key=k",
                "delete-url",
                "https://api.example.com/orders/{key.id}",
                "body",
                "{\"order\": {record}, \"by\": \"{nobody}\"}")) {
            Plan plan = ((Plannable) sink).plan(StreamSchema.of("orders", SCHEMA, List.of("id")));
            assertThat(plan.target()).contains("POST https://api.example.com/orders/{id}?...");
            assertThat(plan.requests()).extracting(Plan.Request::text).containsExactly("""
                            POST https://api.example.com/orders/{id}?key=k
                            Idempotency-Key: orders-{topic-id}-{partition}-{offset}
                            Content-Type: application/json

                            {"order": {"id":{id},"name":{name}}, "by": "{nobody}"}""", """
                            DELETE https://api.example.com/orders/{key.id}
                            Idempotency-Key: orders-{topic-id}-{partition}-{offset}""");
            assertThat(plan.warnings()).singleElement().asString().contains("'body' has {nobody}");
        }
    }

    @Test
    void recordsOfOneKeyKeepTheirOrder() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        server.on("/in", asked -> {
            order.add(asked.body());
            return Answer.status(200);
        });
        Schema keySchema = Schema.of("key", Field.required("id", Type.INT64));
        List<Message> messages = IntStream.range(0, 60)
                .mapToObj(i -> Message.of(
                                Operation.CREATE, Row.of(keySchema, (long) i % 5), Row.of(SCHEMA, (long) i % 5, "" + i))
                        .withOrigin(PARTITION, i, 0))
                .toList();
        try (Sink sink = sink("concurrency", "8")) {
            sink.write(SinkBatch.of(PARTITION, messages, 0, 60, 0));
        }
        for (int key = 0; key < 5; key++) {
            String begin = "{\"id\":" + key + ",";
            assertThat(order.stream()
                            .filter(body -> body.startsWith(begin))
                            .map(body -> Integer.valueOf(body.replaceAll(".*\"(\\d+)\".*", "$1"))))
                    .isSorted()
                    .hasSize(12);
        }
    }

    @Test
    void aServerThatIsDownPausesThePartitionAndGoesOnWhereItStood() throws Exception {
        boolean[] down = {false};
        server.on("/in", asked -> down[0] ? Answer.status(503).with("Retry-After", "60") : Answer.status(200));
        try (Sink sink = sink("concurrency", "1")) {
            sink.write(batch(0, 3));
            down[0] = true;
            sink.write(batch(3, 6));
            assertThat(asking.asked).containsExactly("rewind 3", "pause");
            sink.write(batch(6, 9));
            sink.flush();
            sink.idle();
            assertThat(asking.asked).hasSize(2);
            assertThat(server.asked()).hasSize(4);
            context.advance(Duration.ofSeconds(61));
            sink.idle();
            assertThat(asking.asked).containsExactly("rewind 3", "pause", "resume");
        }
    }

    @Test
    void whatIsNotTheRecordsFaultStops() throws Exception {
        server.on("/in", asked -> Answer.of(403, "text/plain", "not you"));
        try (Sink sink = sink()) {
            assertThatThrownBy(() -> sink.write(batch(0, 1)))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("not you");
        }
        assertThat(asking.dead).isEmpty();
    }
}
