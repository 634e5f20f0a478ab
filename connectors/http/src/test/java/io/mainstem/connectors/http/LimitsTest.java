package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What the source takes of an answer that has no end, in whatever it has none. */
final class LimitsTest extends HttpSourceCase {

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
    void aNumberOfABillionDigitsIsABadRecord() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1e999999999, \"t\": 1}, {\"id\": 1, \"t\": 1e999999999}]"));
        try (Read read = new Read(options("columns", Map.of("id", "decimal", "t", "timestamptz")))) {
            poll(read);
            assertThat(out.bad).hasSize(2);
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

    /** By a server that says 10 GiB, and would send it: with all settings as they come, in a heap of 256 MiB. */
    @Test
    void tenGigabytesStopAtTheLimitInAHeapOf256MiB() throws Exception {
        byte[] records = ("{\"id\": 1, \"text\": \"" + "x".repeat(2000) + "\"},\n")
                .repeat(500)
                .getBytes(StandardCharsets.UTF_8);
        byte[] text = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        long limit = 256L << 20;
        for (String path : List.of("/records", "/text", "/bomb")) {
            AtomicLong taken = new AtomicLong();
            server.raw(path, exchange -> {
                boolean isBomb = path.equals("/bomb");
                if (isBomb) {
                    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                }
                exchange.sendResponseHeaders(200, isBomb ? 0 : 10L << 30);
                OutputStream body =
                        isBomb ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody();
                body.write((path.equals("/text") ? "[{\"id\": \"" : "[").getBytes(StandardCharsets.UTF_8));
                byte[] block = path.equals("/text") ? text : records;
                for (long sent = 0; sent < 10L << 30; sent += block.length) {
                    body.write(block);
                    taken.addAndGet(block.length);
                }
            });
            String expected =
                    path.equals("/text") ? "http.json-limits after nothing" : "http.body-too-large after records";
            assertThat(LittleMemory.read(server.url(path), "256m")).as(path).isEqualTo(expected);
            // For a tenth of a second, what is left is thrown away, since the connection could be used again.
            assertThat(taken.get()).as(path).isLessThan(2 * limit);
        }
    }
}
