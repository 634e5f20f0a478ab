package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Message;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.testkit.RecordingContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams, their partitions, and the formats of their records. */
final class StreamsTest {

    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Row only(Object... options) throws Exception {
        try (Read read = new Read(Read.options(options))) {
            read.harness.runToEnd();
            assertThat(read.harness.log().messages()).hasSize(1);
            return (Row) read.harness.log().messages().get(0).value();
        }
    }

    @Test
    void fieldsAreFoundOutFromTheFirstPage() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json("[{\"id\": 1, \"price\": 12.50, \"at\": \"2026-11-01T10:00:00+01:00\", "
                        + "\"day\": \"2026-11-01\", \"tags\": [1, {\"a\": null}], \"ok\": true, \"none\": null, \"big\": "
                        + "123456789012345678901234567890}]"));
        Row row = only("url", server.url("/items"), "key", "id");
        assertThat(row.at("id")).isEqualTo(1L);
        assertThat(row.at("price")).isEqualTo(new BigDecimal("12.50"));
        assertThat(row.at("at")).isEqualTo(Instant.parse("2026-11-01T09:00:00Z"));
        assertThat(row.at("day")).isEqualTo(LocalDate.parse("2026-11-01"));
        assertThat(row.at("tags")).isEqualTo("[1,{\"a\":null}]");
        assertThat(row.at("ok")).isEqualTo(true);
        assertThat(row.at("none")).isNull();
        assertThat(row.at("big")).isEqualTo(new BigDecimal("123456789012345678901234567890"));
    }

    @Test
    void declaredFieldsMayStandAnywhere() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json(
                        "{\"a\": {\"b\": [{\"id\": \"7\", \"user\": {\"login\": \"ann\"}, \"t\": 1790000000123}]}}"));
        Row row = only(
                "url",
                server.url("/items"),
                "records",
                "/a/b",
                "add-fields",
                Map.of("from", "{region}"),
                "for-each",
                Map.of("region", List.of("eu")),
                "record-field",
                "raw",
                "columns",
                Map.of("id", "int64 not null", "login", "string at /user/login", "t", "timestamptz"));
        assertThat(row.at("id")).isEqualTo(7L);
        assertThat(row.at("login")).isEqualTo("ann");
        assertThat(row.at("t")).isEqualTo(Instant.ofEpochMilli(1_790_000_000_123L));
        assertThat(row.at("from")).isEqualTo("eu");
        assertThat((String) row.at("raw")).contains("\"login\":\"ann\"");
    }

    @Test
    void nestedRecordsAreExpanded() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json(
                        "{\"orders\": [{\"no\": 1, \"lines\": [{\"sku\": \"a\"}, {\"sku\": \"b\"}]}, {\"no\": 2, \"lines\": []}]}"));
        assertThat(Read.all(
                        "lines", Read.options("url", server.url("/items"), "records", "/orders", "expand", "lines")))
                .containsExactly("{\"sku\":\"a\"}", "{\"sku\":\"b\"}");
        assertThat(Read.all("sku", Read.options("url", server.url("/items"), "records", "/orders/*/lines")))
                .containsExactly("a", "b");
    }

    @Test
    void linesOfJsonCsvXmlAndGzipAreRead() throws Exception {
        server.on("/lines", asked -> Answer.of(200, "application/x-ndjson", "{\"id\": 1}\n{\"id\": 2}\n"))
                .on("/csv", asked -> Answer.of(200, "text/csv", "id;name\n1;\"a;b\"\n2;\n"))
                .on(
                        "/xml",
                        asked -> Answer.of(
                                200,
                                "application/xml",
                                "<?xml version='1.0'?><feed><entry n='1'><id>1</id>"
                                        + "</entry><entry n='2'><id>2</id></entry></feed>"))
                .on(
                        "/gz",
                        asked -> Answer.of(200, "application/gzip", "")
                                .body(HttpSourceCase.gzip("{\"id\": 1}\n{\"id\": 2}\n")));
        Map<String, ?> id = Map.of("id", "int64");
        assertThat(Read.all("id", Read.options("url", server.url("/lines"), "format", "json-lines")))
                .containsExactly(1L, 2L);
        assertThat(Read.all("name", Read.options("url", server.url("/csv"), "format", "csv", "delimiter", ";")))
                .containsExactly("a;b", null);
        assertThat(Read.all(
                        "id",
                        Read.options(
                                "url", server.url("/xml"), "format", "xml", "records", "/feed/entry", "columns", id)))
                .containsExactly(1L, 2L);
        assertThat(Read.all("id", Read.options("url", server.url("/gz"), "format", "json-lines", "columns", id)))
                .containsExactly(1L, 2L);
    }

    @Test
    void aLargeAnswerIsPublishedInPartsAndReadOnFromThePartThatIsMissing() throws Exception {
        int records = 60_000;
        String lines = IntStream.rangeClosed(1, records)
                .mapToObj(id -> "{\"id\": " + id + ", \"text\": \"" + "x".repeat(60) + "\"}")
                .collect(Collectors.joining("\n"));
        server.on("/export", asked -> Answer.of(200, "application/x-ndjson", lines));
        try (Read read = new Read(
                Read.options("url", server.url("/export"), "format", "json-lines", "columns", Map.of("id", "int64")))) {
            read.harness.log().killAfterCheckpoints(3);
            read.harness.runToEndThroughKills();
            assertThat(read.values("id")).hasSize(records).doesNotHaveDuplicates();
        }
    }

    @Test
    void aBadRecordIsNamed() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}, {\"id\": \"one\"}, {\"id\": 3}]"));
        try (Read read =
                new Read(Read.options("url", server.url("/items"), "columns", Map.of("id", "int64 not null")))) {
            read.harness.runToEnd();
            assertThat(read.values("id")).containsExactly(1L, 3L);
            assertThat(read.harness.log().bad().get(0).why()).isEqualTo("field 'id': \"one\" is no int64");
        }
    }

    @Test
    void aRecordWithTwoMembersOfOneNameIsBadAndTheOthersAreNot() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json(
                        "[{\"id\": 1},\n {\"id\": 2, \"id\": 3},\n {\"id\": 4, \"at\": {\"x\": 1, \"x\": 2}}, {\"id\": 5}]"));
        for (Map<String, Object> options : List.<Map<String, Object>>of(
                Read.options("url", server.url("/items")),
                Read.options("url", server.url("/items"), "columns", Map.of("id", "int64")))) {
            try (Read read = new Read(options)) {
                read.harness.runToEnd();
                assertThat(read.values("id")).containsExactly(1L, 5L);
                assertThat(read.harness.log().bad())
                        .extracting(bad -> bad.why())
                        .containsExactly(
                                "an object has two members 'id', and only one can be meant (line 2, column 12)",
                                "an object has two members 'x', and only one can be meant (line 3, column 27)");
            }
        }
    }

    @Test
    void streamsWhoseFieldsAreDeclaredAreKnownBeforeAnybodyIsAsked() throws Exception {
        HttpSourceFactory factory = new HttpSourceFactory();
        Config config = Config.parse(
                factory.config(),
                Map.of(
                        "url",
                        "http://127.0.0.1:1/items",
                        "streams",
                        Map.of(
                                "items",
                                Map.of(
                                        "columns",
                                        Map.of("id", "int64 not null"),
                                        "key",
                                        List.of("id"),
                                        "record-field",
                                        "raw"),
                                "others",
                                Map.of("records", "/others"))));
        assertThat(factory.knownStreams(config, new RecordingContext(Path.of("."), Instant.EPOCH)))
                .extracting(StreamSchema::toString)
                .containsExactly("items{id int64 not null, raw json} key [id]");
    }

    @Test
    void recordsThatAreNotWhereTheyShouldBeAreNamedWithWhatIsThere() {
        server.on("/items", asked -> Answer.json("{\"data\": [], \"meta\": {}}"));
        assertThatThrownBy(() -> Read.all("id", Read.options("url", server.url("/items"), "records", "/items")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("it has data, meta");
    }

    @Test
    void eachParentHasRequestsAndAPositionOfItsOwn() throws Exception {
        server.on(
                        "/repos",
                        asked -> Answer.json(
                                asked.number("page", 1) == 1
                                        ? "[{\"full_name\": \"a/x\"}, {\"full_name\": \"a/y z\"}]"
                                        : asked.number("page", 1) == 2 ? "[{\"full_name\": \"b/gone\"}]" : "[]"))
                .on(
                        "/repos/",
                        asked -> asked.path().contains("gone")
                                ? Answer.status(404)
                                : Answer.json("[{\"number\": " + asked.path().length() + "}]"));
        Map<String, ?> streams = Map.of(
                "repositories",
                Map.of("url", server.url("/repos"), "paginate", "page", "page-parameter", "page"),
                "issues",
                Map.of(
                        "parent",
                        "repositories",
                        "url",
                        server.url("/repos/{parent.full_name}/issues"),
                        "add-fields",
                        Map.of("repository", "{parent.full_name}"),
                        "columns",
                        Map.of("number", "int64"),
                        "on-missing",
                        "skip"));
        try (Read read = new Read(Read.options("streams", streams))) {
            read.harness.runToEnd();
            assertThat(read.harness.log().messages().stream()
                            .map(Message::value)
                            .map(Row.class::cast)
                            .filter(row -> row.schema().indexOf("repository") >= 0)
                            .map(row -> row.at("repository")))
                    .containsExactlyInAnyOrder("a/x", "a/y z");
            assertThat(read.harness.log().splits().stream().map(Split::id))
                    .contains("repositories", "issues/a/x", "issues/a/y z", "issues/b/gone");
        }
    }

    @Test
    void parentsOfMoreRequestsThanTheRateAllowsAtOnceAreFound() throws Exception {
        server.on(
                "/parents",
                asked -> Answer.json(
                        asked.number("page", 1) < 3 ? "[{\"name\": \"a" + asked.number("page", 1) + "\"}]" : "[]"));
        Map<String, ?> streams = Map.of(
                "parents",
                Map.of(
                        "url",
                        server.url("/parents"),
                        "paginate",
                        "page",
                        "page-parameter",
                        "page",
                        "columns",
                        Map.of("name", "string")),
                "children",
                Map.of("parent", "parents", "url", server.url("/c/{parent.name}"), "columns", Map.of("id", "int64")));
        try (Read read = new Read(Read.options("streams", streams, "rate", "2/3s"))) {
            assertThat(read.harness.discover().splits().stream().map(Split::id)).contains("children/a1", "children/a2");
            assertThat(server.asked()).hasSize(3);
        }
    }

    @Test
    void partsWhoseValuesHaveCommasAreNotTheSame() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}]"));
        try (Read read = new Read(Map.of(
                "url",
                server.url("/items?a={a}&b={b}"),
                "columns",
                Map.of("id", "int64"),
                "for-each",
                Map.of("a", List.of("x,y", "x"), "b", List.of("z", "y,z"))))) {
            assertThat(read.harness.discover().splits().stream().map(split -> split.id()))
                    .hasSize(4)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void anExportIsOrderedOnceWaitedForAndRead() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        server.on("/jobs", asked -> Answer.json("{\"id\": \"j-1\"}"))
                .on(
                        "/jobs/j-1",
                        asked -> Answer.json("{\"status\": \"" + (looks.incrementAndGet() < 3 ? "running" : "done")
                                + "\", \"url\": \"" + server.otherUrl("/file") + "\"}"))
                .on("/file", asked -> Answer.of(200, "text/csv", "id\n1\n2\n"));
        try (Read read = new Read(Read.options(
                "job-url",
                server.url("/jobs"),
                "job-status-url",
                server.url("/jobs/{job}"),
                "job-result-at",
                "/url",
                "url",
                "{result}",
                "format",
                "csv",
                "columns",
                Map.of("id", "int64"),
                "job-poll",
                "1ms",
                "auth",
                "bearer",
                "token",
                "a-long-token"))) {
            read.harness.log().killAfterCheckpoints(1);
            read.harness.runToEndThroughKills();
            assertThat(read.values("id")).containsExactly(1L, 2L);
        }
        assertThat(server.asked("/jobs")).hasSize(1);
        assertThat(server.asked("/jobs/j-1").get(0).header("Authorization")).isEqualTo("Bearer a-long-token");
        assertThat(server.asked("/file").get(0).header("Authorization")).isNull();
    }

    @Test
    void eventsAreReadOnFromTheLastId() throws Exception {
        server.raw("/events", exchange -> {
            String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            String events = last == null
                    ? ": hello\n\nid: 1\nevent: made\ndata: a\ndata: b\n\nid: 2\ndata: c\n\ndata: cut"
                    : "id: 3\ndata: after " + last + "\n\n";
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
        });
        try (Read read = new Read(Read.options("url", server.url("/events"), "format", "events"))) {
            assertThat(read.next("data")).containsExactly("a\nb", "c");
            assertThat(read.next("data")).containsExactly("after 2");
        }
    }

    @Test
    void aReaderOfEventsThatIsClosedLetsGoOfItsThread() throws Exception {
        server.raw("/events", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("id: 1\ndata: a\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            try {
                new CountDownLatch(1).await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (Read read = new Read(Read.options("url", server.url("/events"), "format", "events"))) {
            Split split = read.harness.discover().splits().get(0);
            Collected out = new Collected();
            try (SplitReader reader = read.harness.open(split, false)) {
                while (out.published.isEmpty()) {
                    reader.poll(out, Duration.ofMillis(100));
                }
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(t -> t.getName().equals("http-events-orders"))) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void whatIsNoStreamOfEventsStops() {
        server.on("/events", asked -> Answer.of(200, "text/html; charset=utf-8", "<html>Please log in</html>"));
        assertThatThrownBy(() -> Read.all("data", Read.options("url", server.url("/events"), "format", "events")))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.events"))
                .hasMessageContaining("Please log in");
    }

    @Test
    void eventsAreConnectedToAgainWhenTheServerWantsIt() throws Exception {
        server.on("/events", asked -> Answer.of(200, "text/event-stream", "retry: 7000\n\nid: 1\ndata: a\n\n"));
        server.on("/none", asked -> new Answer(204, Map.of(), new byte[0]));
        server.on("/busy", asked -> Answer.status(503).with("Retry-After", "40"));
        assertThat(idleAfter("/events")).isEqualTo(Duration.ofSeconds(7));
        assertThat(idleAfter("/none")).as("there is nothing more").isEqualTo(Duration.ofMinutes(3));
        assertThat(idleAfter("/busy")).isEqualTo(Duration.ofSeconds(40));
    }

    /** For how long a reader of events waits when its connection has ended. */
    private Duration idleAfter(String path) throws Exception {
        try (Read read = new Read(Read.options("url", server.url(path), "format", "events", "poll-every", "3m"))) {
            Split split = read.harness.discover().splits().get(0);
            try (SplitReader reader = read.harness.open(split, false)) {
                Collected out = new Collected();
                Poll poll = reader.poll(out, Duration.ofMillis(100));
                long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
                while (poll.next() == Poll.Next.MORE || poll.pause().toMillis() == 10) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    poll = reader.poll(out, Duration.ofMillis(100));
                }
                return poll.pause();
            }
        }
    }

    @Test
    void mistakesOfTheConfigurationAreSaid() {
        for (Map<String, ?> wrong : List.<Map<String, ?>>of(
                Map.of("method", "GET"),
                Map.of("url", "http://x.test/{nothing}"),
                Map.of("url", "http://x.test", "paginate", "cursor"),
                Map.of("url", "http://x.test", "paginate", "page"),
                Map.of("url", "http://x.test", "auth", "bearer"),
                Map.of("url", "http://x.test/{since}"),
                Map.of("url", "http://x.test", "slice", "1d"),
                Map.of("url", "http://x.test", "rate", "many"),
                Map.of("streams", Map.of("a", Map.of("url", "http://x.test", "parent", "b"))))) {
            assertThatThrownBy(() -> Config.parse(new HttpSourceFactory().config(), wrong))
                    .as("%s", wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("null");
        }
    }

    @Test
    void aFieldThatWasNotThereMayStop() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on(
                "/new",
                asked -> Answer.json(count.incrementAndGet() == 1 ? "[{\"id\": 1}]" : "[{\"id\": 1, \"more\": 2}]"));
        assertThatThrownBy(() -> Read.all("id", Read.options("url", server.url("/new"), "on-new-field", "stop")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("a field 'more'");
    }

    @Test
    void theRequestsOfAStreamArePlanned() throws Exception {
        server.on("/parents", asked -> Answer.json("[{\"name\": \"a/b\"}, {\"name\": \"c\"}]"))
                .on("/c", asked -> Answer.json("[]"));
        HttpSourceFactory factory = new HttpSourceFactory();
        Map<String, Object> options = Read.options(
                "auth",
                "bearer",
                "token",
                "a-secret-token",
                "streams",
                Map.of(
                        "parents",
                        Map.of("url", server.url("/parents"), "columns", Map.of("name", "string")),
                        "children",
                        Map.of(
                                "parent", "parents",
                                "url", server.url("/c/{parent.name}"),
                                "method", "post",
                                "query", Map.of("since", "{since}"),
                                "headers", Map.of("X-Version", "7"),
                                "body", "{\"page\": \"{page}\"}",
                                "paginate", "page",
                                "since", "2026-01-01T00:00:00Z",
                                "columns", Map.of("id", "int64 not null at /meta/id"))));
        try (Source source =
                factory.create(Config.parse(factory.config(), options), new RecordingContext(Path.of("."), Read.NOW))) {
            StreamSchema children = source.discover(new NothingKnown()).streams().stream()
                    .filter(stream -> stream.name().equals("children"))
                    .findFirst()
                    .orElseThrow();
            Plan plan = ((Plannable) source).plan(children);
            assertThat(plan.requests())
                    .extracting(Plan.Request::purpose)
                    .containsExactly("read the first page of the first of 2 parts", "read each next page");
            assertThat(plan.requests().get(0).text()).isEqualTo("""
                            POST %s?since=2026-01-01T00%%3A00%%3A00Z
                            X-Version: 7
                            Content-Type: application/json

                            {"page": "1"}""".formatted(server.url("/c/a/b")));
            assertThat(plan.requests().get(1).text()).endsWith("{\"page\": \"2\"}");
            assertThat(plan.columns())
                    .singleElement()
                    .hasToString("Column[field=id, name=/meta/id, type=declared, change=NONE]");
        }
    }

    /** A source that starts for the first time. */
    private record NothingKnown() implements KnownSplits {

        @Override
        public Collection<Split> splits() {
            return List.of();
        }

        @Override
        public Optional<Position> position(String splitId) {
            return Optional.empty();
        }

        @Override
        public boolean isFinished(String splitId) {
            return false;
        }

        @Override
        public Optional<StreamSchema> stream(String name) {
            return Optional.empty();
        }
    }
}
