package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.testkit.MemoryTape;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the source puts on a tape, and that it asks nobody while one plays. */
final class TapeTest {

    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private List<Object> read(MemoryTape reel, Map<String, Object> options) throws Exception {
        try (SourceHarness harness = new SourceHarness(
                new HttpSourceFactory(),
                options,
                new RecordingContext(Path.of("."), Read.NOW),
                new RecordingLog(),
                reel)) {
            harness.runToEnd();
            return harness.log().messages().stream()
                    .map(Message::value)
                    .map(value -> ((Row) value).at("id"))
                    .toList();
        }
    }

    private Map<String, Object> options(Object... more) {
        Map<String, Object> options = Read.options(more);
        options.putIfAbsent("url", server.url("/items"));
        options.putIfAbsent("columns", Map.of("id", "int64"));
        return options;
    }

    /** Records, then plays, and gives what came both times. */
    private MemoryTape recordAndPlay(List<Object> expected, Map<String, Object> options) throws Exception {
        MemoryTape reel = new MemoryTape();
        assertThat(read(reel, options)).isEqualTo(expected);
        int asked = server.asked().size();
        reel.play();
        assertThat(read(reel, options)).isEqualTo(expected);
        assertThat(server.asked()).as("nobody is asked while it plays").hasSize(asked);
        assertThat(reel.isAtItsEnd()).isTrue();
        return reel;
    }

    @Test
    void pagesArePlayedAsTheyWereRecordedAndCredentialsAreNotOnTheTape() throws Exception {
        server.on("/token", asked -> Answer.json("{\"access_token\": \"fetched-token-1\", \"expires_in\": 60}"))
                .on("/items", asked -> {
                    int page = asked.query().containsKey("cursor") ? 2 : 1;
                    return Answer.json("{\"items\": [{\"id\": " + page + "}], \"next\": "
                                    + (page == 1 ? "\"c2\"" : "null") + ", \"password\": \"pass-word\"}")
                            .with("Set-Cookie", "sid=session-of-one")
                            .with("X-Total", "2");
                });
        MemoryTape reel = recordAndPlay(
                List.of(1L, 2L),
                options(
                        "records",
                        "/items",
                        "paginate",
                        "cursor",
                        "next-at",
                        "/next",
                        "page-parameter",
                        "cursor",
                        "auth",
                        "oauth2",
                        "token-url",
                        server.url("/token"),
                        "client-id",
                        "loader",
                        "client-secret",
                        "the-client-secret",
                        "headers",
                        Map.of("X-Api-Version", "7", "X-Auth-Token", "in-a-header")));
        assertThat(reel.requests()).hasSize(2);
        assertThat(reel.requests().get(1))
                .containsEntry("method", "GET")
                .containsEntry("url", server.url("/items?cursor=c2"))
                .containsEntry("headers", Map.of("X-Api-Version", "7", "X-Auth-Token", "***"));
        assertThat(reel.answers().get(0)).containsEntry("status", 200L);
        assertThat(reel.answers().get(0).get("body").toString())
                .contains("\"id\": 1", "\"password\": \"***\"")
                .doesNotContain("pass-word");
        assertThat(reel.answers().get(0).get("headers").toString())
                .contains("X-total=2")
                .doesNotContain("sid=");
        assertThat(reel.hidden()).contains("fetched-token-1");
        assertThat(reel.requests() + "" + reel.answers())
                .doesNotContain("fetched-token-1")
                .doesNotContain("client-secret");
    }

    @Test
    void noWaitIsPlayed() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on(
                "/items",
                asked -> count.incrementAndGet() < 3
                        ? Answer.status(429).with("Retry-After", "0")
                        : Answer.json("[{\"id\": 1}]")
                                .with("RateLimit-Remaining", "0")
                                .with("RateLimit-Reset", "3600"));
        MemoryTape reel = new MemoryTape();
        assertThat(read(reel, options())).containsExactly(1L);
        // As a server that means it would have said:
        reel.answers().set(0, Map.of("status", 429L, "headers", Map.of("Retry-After", "3600")));
        reel.play();
        long begin = System.nanoTime();
        assertThat(read(reel, options("rate", "1/d"))).containsExactly(1L);
        assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
    }

    @Test
    void bodiesStayWhatTheyAre() throws Exception {
        server.on("/lines", asked -> Answer.of(200, "application/x-ndjson", "{\"id\": 1}\n{\"id\": 2.0}\n"))
                .on("/gzip", asked -> Answer.of(200, "application/gzip", "").body(HttpSourceCase.gzip("[{\"id\": 1}]")))
                .on("/csv", asked -> Answer.of(200, "text/csv", "id,x\n1,\"a\nb\"\n"))
                .on(
                        "/utf16",
                        asked -> Answer.of(200, "application/json", "")
                                .body("[{\"id\": 1}]".getBytes(StandardCharsets.UTF_16BE)));
        assertThat(recordAndPlay(List.of(1L, 2L), options("url", server.url("/lines"), "format", "json-lines"))
                        .answers()
                        .get(0))
                .containsEntry("body", "{\"id\":1}\n{\"id\":2.0}\n");
        assertThat(recordAndPlay(List.of(1L), options("url", server.url("/gzip")))
                        .answers()
                        .get(0))
                .containsEntry("body", "[\n  {\n    \"id\": 1\n  }\n]\n");
        assertThat(recordAndPlay(List.of(1L), options("url", server.url("/csv"), "format", "csv"))
                        .answers()
                        .get(0))
                .containsEntry("body", "id,x\n1,\"a\nb\"\n");
        assertThat(recordAndPlay(List.of(1L), options("url", server.url("/utf16")))
                        .answers()
                        .get(0))
                .containsKey("body-base64");
    }

    @Test
    void aStreamOfEventsIsRecordedUntilItIsLongEnough() throws Exception {
        server.raw("/items", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("id: 7\ndata: {\"id\": 7}\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        });
        MemoryTape reel = recordAndPlay(List.of(7L), options("format", "events"));
        assertThat(reel.answers().get(0).get("body").toString()).contains("id: 7");
    }

    @Test
    void whatNobodyCouldReadIsNotRecorded() {
        server.on("/items", asked -> Answer.json("[{\"id\": 1, \"x\": \"" + "x".repeat(3 << 20) + "\"}]"));
        assertThatThrownBy(() -> read(new MemoryTape(), options()))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.recording"));
    }

    @Test
    void secretsAreFoundByTheirNamesWhereverTheyStand() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json(
                        "[{\"id\": 1, \"key\": \"PROJ-12\", \"code\": \"FR\", \"userPassword\": \"pw-in-json\", "
                                + "\"client\": {\"Client-Secret\": \"cs-in-json\", \"pin_secret\": 471147},"
                                + "\"event\": \"{\\\"password\\\": \\\"pw-nested\\\", \\\"n\\\": 1.0}\","
                                + "\"deep\": \"[{\\\"x\\\": \\\"{\\\\\\\"secret\\\\\\\": \\\\\\\"s-deep-nested\\\\\\\"}\\\"}]\","
                                + "\"same\": \"{ \\\"n\\\":   1.0}\","
                                + "\"token\": \"tok-in-json\", \"api\": {\"key\": \"k3y-that-looks-like-one\", \"code\": \"0123456789abcdefghij\"},"
                                + "\"uuid_key\": \"3fa85f64-5717-4562-b3fc-2c963f66afa6\", \"nextPageToken\": \"page-token-that-is-long-1\"}]"));
        MemoryTape reel = recordAndPlay(
                List.of(1L),
                options("query", Map.of("secret", "in-the-query", "token", "tok-in-query", "key", "short")));
        String body = reel.answers().get(0).get("body").toString();
        assertThat(body)
                .contains(
                        "PROJ-12", "\"FR\"", "\"pin_secret\": \"***\"", "{\\\"password\\\":\\\"***\\\",\\\"n\\\":1.0}")
                .contains("\"{ \\\"n\\\":   1.0}\"")
                .doesNotContain("pw-in-json", "cs-in-json", "471147", "pw-nested", "s-deep-nested");
        assertThat(reel.requests().get(0).get("url").toString())
                .contains("secret=***", "key=short")
                .doesNotContain("in-the-query");
        assertThat(reel.hidden())
                .contains(
                        "pw-in-json", "tok-in-json", "tok-in-query", "k3y-that-looks-like-one", "0123456789abcdefghij")
                .doesNotContain(
                        "PROJ-12", "short", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "page-token-that-is-long-1");
    }

    @Test
    void secretsInMarkupAreFoundByTheirNames() throws Exception {
        server.on(
                "/items",
                asked -> Answer.of(
                        200,
                        "application/xml",
                        "<r><i secret=\"in-an-attribute\"><id>1</id><password>in-an-element</password>"
                                + "<token>token-in-element</token></i></r>"));
        MemoryTape reel = recordAndPlay(List.of(1L), options("format", "xml", "records", "/r/i"));
        assertThat(reel.answers().get(0).get("body").toString())
                .contains("secret=\"***\"", "<password>***</password>")
                .doesNotContain("in-an-");
        assertThat(reel.hidden()).contains("token-in-element");
    }

    @Test
    void anAnswerThatCannotBeOneIsNamed() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}]"));
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("status", "abc", "body", "[]"),
                Map.of("body", "[]"),
                Map.of("status", 42L, "body", "[]"),
                Map.of("status", 200L, "bodi", "[]"),
                Map.of("status", 200L, "body-base64", "?"))) {
            MemoryTape reel = new MemoryTape();
            read(reel, options());
            reel.answers().set(0, wrong);
            reel.play();
            assertThatThrownBy(() -> read(reel, options()))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("the answer to GET " + server.url("/items") + " has ");
        }
    }

    @Test
    void secretsInAddressesAreMaskedByTheirNames() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json(
                        "[{\"id\": 1, \"at\": \"https://u:p@store.example.com/x?X-Amz-Signature=abcd&y=1\"}]"));
        MemoryTape reel = recordAndPlay(List.of(1L), options("query", Map.of("api_key", "in-the-query", "size", "5")));
        assertThat(reel.requests().get(0).get("url").toString())
                .contains("api_key=***", "size=5")
                .doesNotContain("in-the-query");
        assertThat(reel.answers().get(0).get("body").toString())
                .contains("https://***@store.example.com/x?X-Amz-Signature=***&y=1");
    }
}
