package io.mainstem.connectors.http;

import io.mainstem.api.SourceFactory;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.testkit.SourceContract;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The source against the suite that every source must pass, over an incremental stream in pages. */
final class HttpSourceContractTest extends SourceContract {

    private static final int RECORDS = 2_000;
    private static final int PAGE = 250;

    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer().on("/orders", asked -> {
            long since = asked.number("since", 0);
            long first = Math.max(1, since) + asked.number("offset", 0);
            return Answer.json(LongStream.range(first, Math.min(RECORDS + 1, first + PAGE))
                    .mapToObj(id -> id % 1000 == 7
                            ? "{\"id\": \"?\", \"version\": " + id + "}"
                            : "{\"id\": " + id + ", \"version\": " + id + "}")
                    .collect(Collectors.joining(",", "[", "]")));
        });
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    protected SourceFactory factory() {
        return new HttpSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() {
        return Map.of(
                "url",
                server.url("/orders"),
                "query",
                Map.of("since", "{since}"),
                "paginate",
                "offset",
                "page-parameter",
                "offset",
                "cursor-field",
                "version",
                "columns",
                Map.of("id", "int64 not null", "version", "int64"));
    }

    @Override
    protected int messages() {
        return RECORDS - badRecords();
    }

    @Override
    protected int badRecords() {
        return 2;
    }
}
