package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Poll;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the source makes of answers that are written in one way or another, or wrongly. */
final class AnswersTest extends HttpSourceCase {

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
}
