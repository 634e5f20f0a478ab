package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Poll;
import io.mainstem.api.RetryException;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the source does when a server is slow, broken, hostile, or asks for patience. */
final class MannersTest {

    private final Collected out = new Collected();
    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Map<String, Object> options(Object... more) {
        Map<String, Object> options = Read.options(more);
        options.putIfAbsent("url", server.url("/items"));
        options.putIfAbsent("columns", Map.of("id", "int64"));
        return options;
    }

    /** The first poll of the only split. */
    private Poll poll(Read read) throws Exception {
        Split split = read.harness.discover().splits().get(0);
        try (SplitReader reader = read.harness.open(split, true)) {
            return reader.poll(out, Duration.ZERO);
        }
    }

    @Test
    void whatMayHelpIsTriedAgain() throws Exception {
        for (int status : new int[] {408, 425, 429, 500, 503}) {
            AtomicInteger count = new AtomicInteger();
            server.on(
                    "/s" + status,
                    asked -> count.incrementAndGet() < 3 ? Answer.status(status) : Answer.json("[{\"id\": 1}]"));
            assertThat(Read.all("id", options("url", server.url("/s" + status))))
                    .containsExactly(1L);
            assertThat(count).hasValue(3);
        }
    }

    @Test
    void nothingIsRepeatedButByTheRetriesThatAreSet() {
        for (int status : new int[] {408, 503}) {
            server.on("/s" + status, asked -> Answer.status(status).with("Retry-After", "0"));
            assertThatThrownBy(() -> Read.all("id", options("url", server.url("/s" + status), "retries", "0")))
                    .isInstanceOf(RetryException.class);
            assertThat(server.asked("/s" + status)).hasSize(1);
        }
    }

    @Test
    void whatCannotHelpIsNot() {
        for (int status : new int[] {400, 401, 403, 404, 410, 501}) {
            server.on("/f" + status, asked -> Answer.of(status, "text/plain", "because of the moon"));
            assertThatThrownBy(() -> Read.all("id", options("url", server.url("/f" + status))))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining(status + ": because of the moon");
            assertThat(server.asked("/f" + status)).hasSize(1);
        }
    }

    @Test
    void whatIsGoneMayBeEmpty() throws Exception {
        server.on("/items", asked -> Answer.status(404));
        assertThat(Read.all("id", options("on-missing", "skip"))).isEmpty();
    }

    @Test
    void attemptsEnd() {
        server.on("/items", asked -> Answer.status(500));
        assertThatThrownBy(() -> Read.all("id", options("retries", "2")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("answered 500 (3 attempts)");
        assertThat(server.asked()).hasSize(3);
    }

    @Test
    void aWaitInSecondsIsKeptByAllOfTheConnection() throws Exception {
        server.on("/items", asked -> Answer.status(429).with("Retry-After", "30"));
        try (Read read = new Read(options())) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(30));
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void aWaitUntilAMomentIsKeptByTheServersClock() throws Exception {
        server.on(
                "/items",
                asked -> Answer.status(503)
                        .with(
                                "Retry-After",
                                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(90))));
        try (Read read = new Read(options())) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(87), Duration.ofSeconds(91));
        }
    }

    @Test
    void noServerMayAskForMoreThanTheLimit() throws Exception {
        server.on("/items", asked -> Answer.status(503).with("Retry-After", "999999"));
        try (Read read = new Read(options("wait-max", "1m"))) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(59), Duration.ofMinutes(1));
        }
    }

    @Test
    void aWaitOfAnyLengthIsOneUpToTheLimitAndThatIsSaid() throws Exception {
        for (String wait : List.of("999999999999999999", "9".repeat(80), "1e3")) {
            server.on("/w" + wait.length(), asked -> Answer.status(503).with("Retry-After", wait));
            try (Read read =
                    new Read(options("url", server.url("/w" + wait.length()), "wait-max", "1m", "retries", "0"))) {
                if (wait.equals("1e3")) {
                    assertThatThrownBy(() -> poll(read)).isInstanceOf(RetryException.class);
                    continue;
                }
                assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(59), Duration.ofMinutes(1));
                assertThat(read.context.log().toString())
                        .contains("no request for more than a year; it is asked again after 60 s (wait-max)");
            }
        }
    }

    @Test
    void aResetInMillisecondsSince1970IsAMomentToo() throws Exception {
        server.on(
                "/items",
                asked -> Answer.status(429)
                        .with("X-RateLimit-Remaining", "0")
                        .with(
                                "X-RateLimit-Reset",
                                "" + Instant.now().plusSeconds(40).toEpochMilli()));
        try (Read read = new Read(options("retries", "0"))) {
            assertThatThrownBy(() -> poll(read)).isInstanceOf(RetryException.class);
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(41));
        }
    }

    @Test
    void aUsedUpLimitIsWaitedFor() throws Exception {
        for (Map<String, String> headers : List.of(
                Map.of("RateLimit-Remaining", "0", "RateLimit-Reset", "40"),
                Map.of("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "40"),
                Map.of("RateLimit", "\"default\";r=0;t=40"))) {
            Answer[] answer = {Answer.json("[{\"id\": 1}]")};
            headers.forEach((name, value) -> answer[0] = answer[0].with(name, value));
            try (ApiServer limited = new ApiServer().on("/items", asked -> answer[0]);
                    Read read = new Read(options("url", limited.url("/items")))) {
                assertThat(poll(read).next()).isEqualTo(Poll.Next.END);
                assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(35), Duration.ofSeconds(40));
                assertThat(limited.asked()).hasSize(1);
            }
        }
    }

    @Test
    void theRateHolds() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": " + asked.number("page", 1) + "}]"));
        try (Read read = new Read(options("rate", "3/1h", "paginate", "page", "page-parameter", "page"))) {
            Split split = read.harness.discover().splits().get(0);
            try (SplitReader reader = read.harness.open(split, true)) {
                Poll poll = Poll.more();
                while (poll.next() == Poll.Next.MORE) {
                    poll = reader.poll(out, Duration.ZERO);
                }
                assertThat(poll.pause()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
            }
            assertThat(server.asked()).hasSize(3);
            assertThat(out.values("id")).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aPageThatIsCutShortIsReadAgainAndPublishedOnce() throws Exception {
        AtomicInteger count = new AtomicInteger();
        String page = "[{\"id\": 1}, {\"id\": 2}]";
        server.raw("/items", exchange -> {
            if (count.incrementAndGet() < 3) {
                ApiServer.cutShort(exchange, "application/json", page.substring(0, 17), page.length());
            } else {
                exchange.sendResponseHeaders(200, page.length());
                exchange.getResponseBody().write(page.getBytes(StandardCharsets.UTF_8));
            }
        });
        try (Read read = new Read(options())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> poll(read))
                        .isInstanceOf(RetryException.class)
                        .hasMessageEndingWith("answered 200: unexpected end of stream");
                assertThat(out.values("id")).isEmpty();
            }
            assertThat(poll(read).next()).isEqualTo(Poll.Next.END);
            assertThat(out.values("id")).containsExactly(1L, 2L);
        }
    }

    @Test
    void anAnswerThatBreaksOffInItsChunksIsNamedAsThat() throws Exception {
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("[{\"id\": 1},".getBytes(StandardCharsets.UTF_8));
            out.flush();
            throw new IOException("cut");
        });
        try (Read read = new Read(options("retries", "0"))) {
            assertThatThrownBy(() -> poll(read))
                    .isInstanceOf(RetryException.class)
                    .hasMessageEndingWith(", after 1 record")
                    .hasMessageNotContaining("null");
            assertThat(out.values("id")).isEmpty();
        }
    }

    @Test
    void aTextThatNoMemoryWasMeantForStops() {
        byte[] block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("[{\"id\": 1, \"a\": \"".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 22; i++) {
                out.write(block);
            }
            out.write("\"}]".getBytes(StandardCharsets.UTF_8));
        });
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.json-limits"));
        assertThat(server.asked()).as("it is not asked for again").hasSize(1);
    }

    @Test
    void invalidJsonPublishesNothing() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}, {\"id\": 2"));
        try (Read read = new Read(options())) {
            assertThatThrownBy(() -> poll(read)).isInstanceOf(RetryException.class);
            assertThat(out.values("id")).isEmpty();
        }
    }

    @Test
    void aNumberThatIsTooLargeForItsTypeIsABadRecord() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json(
                        "[{\"id\": 1, \"x\": 1e400}, {\"id\": 2, \"x\": \"-1e400\"}, {\"id\": 3, \"x\": \"Infinity\"}, {\"id\": 4, \"y\": 1e39}, {\"id\": 5, \"y\": 1.5}]"));
        try (Read read = new Read(options("columns", Map.of("id", "int64", "x", "float64", "y", "float32")))) {
            poll(read);
            assertThat(out.values("id")).containsExactly(3L, 5L);
            assertThat(out.bad).hasSize(3).first().asString().contains("is no float64");
        }
    }

    @Test
    void whatIsWrongWithAnAnswerIsSaidInPlainWordsWithItsPlace() throws Exception {
        for (List<String> one : List.of(
                List.of("json", "[{\"id\": 1},\n {\"id\": 2", "it ends before it is complete (line 2, column 10)"),
                List.of(
                        "json",
                        "[{\"id\": 1},\n {\"id\": <}]",
                        "there is '<' where JSON cannot have it (line 2, column 9)"),
                List.of("json", "[{\"id\": yes}]", "there is 'yes' where JSON cannot have it (line 1,"),
                List.of("json", "[".repeat(2000), "it is nested deeper than 1000 levels"),
                List.of("xml", "<r><i><id>1</id>", "it is no XML, or not complete (line 1, column 17)"),
                List.of("csv", "id\n1\n\"2", "a value in quotes does not end"))) {
            server.on("/" + one.hashCode(), asked -> Answer.of(200, "text/plain", one.get(1)));
            try (Read read = new Read(options(
                    "url",
                    server.url("/" + one.hashCode()),
                    "format",
                    one.get(0),
                    "records",
                    one.get(0).equals("xml") ? "/r/i" : ""))) {
                assertThatThrownBy(() -> poll(read))
                        .hasMessageContaining(one.get(2))
                        .hasMessageNotContaining("Stream")
                        .hasMessageNotContaining("ParseError");
            }
        }
    }

    @Test
    void valuesWithoutEndStopInLittleMemoryInEveryFormat() {
        byte[] block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        for (List<String> one : List.of(
                List.of("csv", "id\n1\n\"", "RECORD"),
                List.of("xml", "<r><i><id>", "RECORD"),
                List.of("xml", "<r><i id='", "RECORD"),
                List.of("xml", "<r><!--", "max-body"),
                List.of("events", "data: 1\n\ndata: ", "EVENT"))) {
            String path = "/" + Integer.toHexString(one.hashCode());
            server.raw(path, exchange -> {
                exchange.sendResponseHeaders(200, 0);
                OutputStream body = exchange.getResponseBody();
                body.write(one.get(1).getBytes(StandardCharsets.UTF_8));
                for (int i = 0; i < 64; i++) {
                    body.write(block);
                }
            });
            Map<String, Object> options = options(
                    "url",
                    server.url(path),
                    "format",
                    one.get(0),
                    "max-body",
                    "48MiB",
                    "retries",
                    "0",
                    "columns",
                    Map.of("id", "string"));
            if (one.get(0).equals("xml")) {
                options.put("records", "/r/i");
            }
            switch (one.get(2)) {
                case "EVENT" -> assertThat(readEvents(options)).isEqualTo(1);
                case "RECORD" -> assertStopped(options, "http.record-too-large");
                default -> assertThatThrownBy(() -> Read.all("id", options)).isInstanceOf(RuntimeException.class);
            }
        }
    }

    private static void assertStopped(Map<String, Object> options, String code) {
        assertThatThrownBy(() -> Read.all("id", options))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo(code));
    }

    /** How many events came before the stream was let go. */
    private static int readEvents(Map<String, Object> options) {
        options.remove("columns");
        try {
            return Read.all("data", options).size();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWholeAnswerThatIsNoneSaysFirstWhatStandsThere() throws Exception {
        String[] body = {"\"hello\""};
        server.on("/items", asked -> Answer.json(body[0]));
        try (Read read = new Read(options())) {
            assertThatThrownBy(() -> poll(read))
                    .isInstanceOf(RetryException.class)
                    .hasMessageEndingWith("answered 200: where records should be stands hello");
            body[0] = "[{\"id\": 1}, {\"id\": 2}] oops";
            assertThatThrownBy(() -> poll(read))
                    .isInstanceOf(RetryException.class)
                    .hasMessageContaining("answered 200: there is 'oops' where JSON cannot have it (line 1, column ")
                    .hasMessageEndingWith("), after 2 records");
            assertThat(out.values("id")).isEmpty();
        }
    }

    @Test
    void aTextWhereRecordsShouldBeIsNoAnswerAndNullIsNone() throws Exception {
        String[] body = {"{\"data\": \"over the quota\"}"};
        server.on("/items", asked -> Answer.json(body[0]));
        try (Read read = new Read(options("records", "/data"))) {
            assertThatThrownBy(() -> poll(read))
                    .isInstanceOf(RetryException.class)
                    .hasMessageEndingWith("answered 200: where records should be stands over the quota");
            for (String none : List.of("null", "false", "\"\"", "[]")) {
                body[0] = "{\"data\": " + none + "}";
                assertThat(poll(read).next()).isEqualTo(Poll.Next.END);
            }
        }
    }

    @Test
    void aNumberOfABillionDigitsIsABadRecord() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1e999999999, \"t\": 1}, {\"id\": 1, \"t\": 1e999999999}]"));
        try (Read read = new Read(options("columns", Map.of("id", "decimal", "t", "timestamptz")))) {
            poll(read);
            assertThat(out.bad).hasSize(2);
        }
    }

    @Test
    void csvIsReadAsItIsWritten() throws Exception {
        server.on("/mark", asked -> Answer.of(200, "text/csv", "\ufeffid,name\n1,\u00e9\n"))
                .on(
                        "/latin",
                        asked -> Answer.of(200, "text/csv; charset=iso-8859-1", "")
                                .body("id,name\n1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1)))
                .on(
                        "/wrong",
                        asked -> Answer.of(200, "text/csv", "")
                                .body("id,name\n1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1)))
                .on("/twice", asked -> Answer.of(200, "text/csv", "id,id\n1,2\n"));
        for (String path : List.of("/mark", "/latin")) {
            Map<String, Object> options = options("url", server.url(path), "format", "csv");
            options.remove("columns");
            assertThat(Read.all("name", options)).containsExactly("\u00e9");
            assertThat(Read.all("id", options)).containsExactly("1");
        }
        assertThatThrownBy(() -> Read.all("id", options("url", server.url("/wrong"), "format", "csv")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("bytes that are not of its charset");
        assertThatThrownBy(() -> Read.all("id", options("url", server.url("/twice"), "format", "csv")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("names a column twice");
    }

    @Test
    void charactersOfXmlAreReadHoweverTheyAreWritten() throws Exception {
        server.on("/items", asked -> Answer.of(200, "text/xml", "<r><i><id><![CDATA[4]]>2</id></i></r>"));
        assertThat(Read.all("id", options("format", "xml", "records", "/r/i"))).containsExactly(42L);
    }

    @Test
    void bodiesHaveTheirValuesAsTheirTypeWantsThem() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json("{\"data\": [{\"id\": 1}], \"next\": \""
                        + (asked.body().contains("a") ? "" : "a&<\\\"/+") + "\"}"));
        for (List<String> one : List.of(
                List.of("application/x-www-form-urlencoded", "c={cursor}", "c=", "c=a%26%3C%22%2F%2B"),
                List.of("text/xml", "<c>{cursor}</c>", "<c></c>", "<c>a&amp;&lt;&quot;/+</c>"),
                List.of("application/json", "{\"c\": \"{cursor}\"}", "{\"c\": null}", "{\"c\": \"a&<\\\"/+\"}"))) {
            int before = server.asked().size();
            Read.all(
                    "id",
                    options(
                            "method",
                            "POST",
                            "body",
                            one.get(1),
                            "body-type",
                            one.get(0),
                            "paginate",
                            "cursor",
                            "next-at",
                            "/next",
                            "records",
                            "/data"));
            assertThat(server.asked().stream().skip(before).map(asked -> asked.body()))
                    .containsExactly(one.get(2), one.get(3));
        }
    }

    @Test
    void elementsWithoutEndInOneAnotherStop() {
        server.on("/items", asked -> Answer.of(200, "application/xml", "<r>" + "<i>".repeat(1_000_000)));
        assertThatThrownBy(() -> Read.all("id", options("format", "xml", "records", "/r/i")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("elements in more than");
    }

    @Test
    void aHeaderThatNoneCanBeIsNamedAndNotShown() throws Exception {
        assertThatThrownBy(() -> Read.all("id", options("auth", "bearer", "token", "s\u00e9same-4711")))
                .hasMessageContaining("token")
                .hasMessageContaining("has a character that no header can have")
                .hasMessageNotContaining("4711");
        assertThatThrownBy(() -> Read.all("id", options("headers", Map.of("X-Who", "Ren\u00e9"))))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("X-Who");
        server.on("/token", asked -> Answer.json("{\"access_token\": \"s\u00e9same-4711\"}"));
        assertThatThrownBy(() -> Read.all(
                        "id",
                        options(
                                "auth",
                                "oauth2",
                                "token-url",
                                server.url("/token"),
                                "client-id",
                                "c",
                                "client-secret",
                                "cccc")))
                .isInstanceOf(StopException.class)
                .hasMessageNotContaining("4711");
        assertThat(server.asked("/items")).isEmpty();
    }

    @Test
    void aPlaceThatIsNoPointerIsNamedBeforeAnythingIsAsked() {
        assertThatThrownBy(() ->
                        Read.all("id", options("job-url", server.url("/job"), "job-status-url", "x", "job-at", "id")))
                .hasMessageContaining("job-at")
                .hasMessageContaining("such as '/id'");
    }

    @Test
    void htmlIsNamed() {
        server.on("/items", asked -> Answer.of(200, "application/json", "\n <!DOCTYPE html><title>Log in</title>"));
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.html"));
    }

    @Test
    void aBodyWithoutEndStopsAtTheLimitInLittleMemory() {
        byte[] block = "{\"id\": 1, \"text\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"},\n"
                .repeat(500)
                .getBytes(StandardCharsets.UTF_8);
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 10L << 30);
            OutputStream out = exchange.getResponseBody();
            out.write('[');
            while (true) {
                out.write(block);
            }
        });
        assertThatThrownBy(() -> Read.all("id", options("max-body", "8MiB")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("max-body");
    }

    @Test
    void oneRecordWithoutEndStops() {
        byte[] block = "1, ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("[{\"a\": [".getBytes(StandardCharsets.UTF_8));
            while (true) {
                out.write(block);
            }
        });
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.record-too-large"));
    }

    @Test
    void aBombOfGzipStopsAtTheLimit() throws Exception {
        byte[] bomb = gzip(" ".repeat(64 << 20));
        assertThat(bomb.length).isLessThan(100_000);
        server.on("/transport", asked -> Answer.json("").body(bomb).with("Content-Encoding", "gzip"));
        server.on("/file", asked -> Answer.of(200, "application/gzip", "").body(bomb));
        for (String path : List.of("/transport", "/file")) {
            assertThatThrownBy(() -> Read.all("id", options("url", server.url(path), "max-body", "1MiB")))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("max-body");
        }
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('[');
            exchange.getResponseBody().flush();
            try {
                new CountDownLatch(1).await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> Read.all("id", options("read-timeout", "200ms")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("nothing came for as long as 'read-timeout' allows");
    }

    @Test
    void aServerThatDripsIsGivenUpWhenTheWholeTakesTooLong() {
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write('[');
            while (true) {
                out.write(' ');
                out.flush();
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        });
        assertThatThrownBy(() -> Read.all("id", options("call-timeout", "300ms")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("the whole answer did not come within 'call-timeout'");
    }

    @Test
    void aLimitThatIsUsedUpIsWaitedForAlsoWhereItIsSaidWith403() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on(
                "/items",
                asked -> count.incrementAndGet() == 1
                        ? Answer.status(403)
                                .with("X-RateLimit-Remaining", "0")
                                .with(
                                        "X-RateLimit-Reset",
                                        "" + Instant.now().plusSeconds(40).getEpochSecond())
                        : Answer.of(403, "text/plain", "not yours"));
        try (Read read = new Read(options())) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(41));
        }
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("not yours");
    }

    @Test
    void anErrorWithStatus200IsOne() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on(
                "/items",
                asked -> Answer.json(
                        count.incrementAndGet() == 1
                                ? "{\"data\": [{\"id\": 1}], \"errors\": [{\"message\": \"too complex\"}]}"
                                : "{\"data\": [{\"id\": 2}], \"errors\": []}"));
        try (Read read = new Read(options("records", "/data", "error-at", "/errors/0/message"))) {
            assertThatThrownBy(() -> poll(read))
                    .isInstanceOf(RetryException.class)
                    .hasMessageContaining("says that it is an error: too complex");
            poll(read);
            assertThat(out.values("id")).containsExactly(2L);
        }
    }

    @Test
    void sourcesWithTheSameConnectionShareItsRate() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}]"));
        RecordingContext context = new RecordingContext(Path.of("."), Read.NOW);
        for (String url : List.of("/items?a", "/items?b")) {
            try (SourceHarness harness = new SourceHarness(
                    new HttpSourceFactory(),
                    options("url", server.url(url), "rate", "1/h"),
                    context,
                    new RecordingLog())) {
                Split split = harness.discover().splits().get(0);
                Poll poll = harness.open(split, true).poll(out, Duration.ZERO);
                assertThat(poll.next()).isEqualTo(url.endsWith("a") ? Poll.Next.END : Poll.Next.IDLE);
            }
        }
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void redirectsEnd() {
        server.on("/items", asked -> Answer.status(302).with("Location", "/items?again"));
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("redirected 11 times");
        assertThat(server.asked()).hasSize(11);
    }

    @Test
    void credentialsGoToNoOtherHost() throws Exception {
        server.on("/items", asked -> Answer.status(307).with("Location", server.otherUrl("/there")));
        server.on("/there", asked -> Answer.json("[{\"id\": 1}]"));
        assertThat(Read.all(
                        "id",
                        options("auth", "bearer", "token", "a-long-secret", "headers", Map.of("X-Secret", "another"))))
                .containsExactly(1L);
        assertThat(server.asked("/items").get(0).header("Authorization")).isEqualTo("Bearer a-long-secret");
        assertThat(server.asked("/there").get(0).header("Authorization")).isNull();
        assertThat(server.asked("/there").get(0).header("X-Secret")).isNull();
    }

    @Test
    void anotherSchemeIsRefused() {
        for (String target : List.of("https://127.0.0.1/items", "file:///etc/passwd", "ftp://127.0.0.1/")) {
            String path = "/to" + target.charAt(0) + target.length();
            server.on(path, asked -> Answer.status(302).with("Location", target));
            assertThatThrownBy(() -> Read.all("id", options("url", server.url(path))))
                    .isInstanceOfSatisfying(
                            StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.redirect-scheme"));
        }
    }

    @Test
    void privateAddressesAreRefusedWhereverTheyComeFrom() {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}]"));
        for (String url : List.of(server.url("/items"), server.otherUrl("/items"), "http://169.254.169.254/latest")) {
            assertThatThrownBy(() -> Read.all("id", options("url", url, "private-addresses", "refuse")))
                    .isInstanceOfSatisfying(
                            StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.private-address"));
        }
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void messagesShowNoQuery() {
        server.on("/items", asked -> Answer.status(403));
        assertThatThrownBy(() -> Read.all(
                        "id", options("auth", "api-key", "api-key", "very-secret", "api-key-parameter", "key")))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("very-secret"));
        assertThat(server.asked().get(0).query("key")).isEqualTo("very-secret");
    }
}
