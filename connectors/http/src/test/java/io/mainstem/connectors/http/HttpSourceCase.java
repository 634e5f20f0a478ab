package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Poll;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the source share: a server, and options that point at it. */
abstract class HttpSourceCase {

    final Collected out = new Collected();
    ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    Map<String, Object> options(Object... more) {
        Map<String, Object> options = Read.options(more);
        options.putIfAbsent("url", server.url("/items"));
        options.putIfAbsent("columns", Map.of("id", "int64"));
        return options;
    }

    /** The first poll of the only split. */
    Poll poll(Read read) throws Exception {
        Split split = read.harness.discover().splits().get(0);
        try (SplitReader reader = read.harness.open(split, true)) {
            return reader.poll(out, Duration.ZERO);
        }
    }

    static void assertStopped(Map<String, Object> options, String code) {
        assertThatThrownBy(() -> Read.all("id", options))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo(code));
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
