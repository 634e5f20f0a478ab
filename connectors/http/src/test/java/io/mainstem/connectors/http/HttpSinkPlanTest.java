package io.mainstem.connectors.http;

import io.mainstem.api.Factory;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.sink.HttpSinkFactory;
import io.mainstem.testkit.PlanContract;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What a plan of the sink leaves as it was: it sends nothing, not even a request for a token. */
final class HttpSinkPlanTest extends PlanContract {

    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer().on("/", asked -> Answer.json("{\"access_token\": \"t\"}"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    protected Factory<?> factory() {
        return new HttpSinkFactory();
    }

    @Override
    protected Map<String, ?> prepare() {
        return Map.of(
                "url",
                server.url("/rows/{id}"),
                "delete-url",
                server.url("/rows/{key.id}"),
                "auth",
                "oauth2",
                "token-url",
                server.url("/token"),
                "client-id",
                "loader",
                "client-secret",
                "the-secret");
    }

    @Override
    protected Object outside() {
        return server.asked().size();
    }
}
