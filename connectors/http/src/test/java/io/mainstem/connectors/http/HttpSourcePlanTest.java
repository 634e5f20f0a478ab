package io.mainstem.connectors.http;

import io.mainstem.api.Factory;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.testkit.PlanContract;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What a plan of the source leaves as it was: it asks for a first page, and orders no export. */
final class HttpSourcePlanTest extends PlanContract {

    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer()
                .on("/parents", asked -> Answer.json("[{\"id\": 1, \"name\": \"a\"}]"))
                .on("/items", asked -> Answer.json("[{\"id\": 1}]"))
                .on("/export", asked -> Answer.json("{\"id\": \"e1\"}"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    protected Factory<?> factory() {
        return new HttpSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() {
        return Map.of(
                "streams",
                Map.of(
                        "parents",
                        Map.of("url", server.url("/parents")),
                        "items",
                        Map.of("parent", "parents", "url", server.url("/items?of={parent.name}")),
                        "exported",
                        Map.of(
                                "url",
                                "{result}",
                                "job-url",
                                server.url("/export"),
                                "job-status-url",
                                server.url("/export/{job}"),
                                "columns",
                                Map.of("id", "int64"))));
    }

    @Override
    protected Object outside() {
        return server.asked().stream()
                .filter(asked -> !asked.method().equals("GET"))
                .toList();
    }

    @Override
    protected Optional<Map<String, ?>> askingTheDeaf(int port) {
        return Optional.of(
                Map.of("url", "http://127.0.0.1:" + port + "/items", "read-timeout", "300ms", "retries", "1"));
    }
}
