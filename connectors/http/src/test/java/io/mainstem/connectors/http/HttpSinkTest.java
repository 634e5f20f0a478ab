package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.ApiServer.Asked;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the sink sends. */
final class HttpSinkTest extends HttpSinkCase {

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
}
