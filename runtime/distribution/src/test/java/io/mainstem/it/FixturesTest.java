package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source is recorded against its API, and its pipeline is tested without it. */
final class FixturesTest {

    private static final String CLIENT_SECRET = "cl13nt/s3cret+x";
    private static final String KEY = "query-key-4711";
    private static final String TOKEN = "tok-en-that-was-fetched-1";

    private static final String PIPELINE = """
            name: shop
            sources:
              shop:
                connector: http
                topic: orders
                options:
                  url: ${env:API_URL}/orders
                  auth: oauth2
                  token-url: ${env:API_URL}/token
                  client-id: loader
                  client-secret: ${env:API_SECRET}
                  query: {api_key: "${env:API_KEY}", until: "{until}", size: "%s"}
                  records: /items
                  paginate: cursor
                  next-at: /next
                  page-parameter: cursor
                  cursor-field: at
                  key: [id]
                transforms:
                  - filter: value.id != 2
                  - rename: {note: remark}
            """;

    @TempDir
    Path folder;

    private PublicApi api;

    @BeforeEach
    void open() throws IOException {
        api = new PublicApi();
        api.on("/token", (exchange, query) -> "{\"access_token\": \"" + TOKEN + "\", \"expires_in\": 3600}")
                .on("/orders", FixturesTest::page);
    }

    @AfterEach
    void close() {
        api.close();
    }

    /** Three pages of four orders. This server says more than it should. */
    private static String page(HttpExchange exchange, Map<String, String> query) {
        assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(query).containsEntry("api_key", KEY);
        exchange.getResponseHeaders().add("Set-Cookie", "sid=a-session-of-somebody");
        int page = query.containsKey("cursor") ? Integer.parseInt(query.get("cursor").split(",")[0]) : 1;
        String items = IntStream.range(page * 4 - 3, page * 4 + 1)
                .mapToObj(id -> "{\"id\": " + id + ", \"price\": 1.10, \"note\": \"n" + id
                        + "\", \"at\": \"2026-01-" + (10 + id) + "T00:00:00Z\"}")
                .collect(Collectors.joining(","));
        String next = page < 3 ? "\"" + (page + 1) + "," + KEY + "\"" : "null";
        return "{\"items\": [" + items + "], \"next\": " + next + ", \"you\": \"Bearer " + TOKEN + "\", \"key\": \"" + KEY
                + "\", \"coded\": \"" + URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8) + "\", \"basic\": \""
                + base64("loader:" + CLIENT_SECRET) + "\", \"password\": \"known-by-its-name\"}";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Mainstem mainstem() {
        return Mainstem.in(folder)
                .with("API_URL", api.url())
                .with("API_SECRET", CLIENT_SECRET)
                .with("API_KEY", KEY);
    }

    /** Where the API never was, and with other secrets. */
    private Mainstem elsewhere() {
        return Mainstem.in(folder)
                .with("API_URL", "https://api.example.invalid")
                .with("API_SECRET", "unused-secret")
                .with("API_KEY", "unused-key");
    }

    private String record() throws Exception {
        Files.writeString(folder.resolve("shop.yaml"), PIPELINE.formatted("4"));
        Mainstem.Outcome recorded = mainstem().run("record", "shop.yaml");
        assertThat(recorded.exitCode()).as("%s", recorded).isZero();
        assertThat(recorded.out()).contains("source 'shop': 4 exchanges in fixtures/shop/shop.yaml", "12 records");
        return recorded.out();
    }

    @Test
    void whatIsRecordedHasNoSecretInAnyForm() throws Exception {
        String out = record();
        String fixture = Files.readString(folder.resolve("fixtures/shop/shop.yaml"));
        for (String secret : List.of(
                CLIENT_SECRET,
                KEY,
                TOKEN,
                URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8),
                base64("loader:" + CLIENT_SECRET),
                base64(CLIENT_SECRET),
                "a-session-of-somebody",
                "known-by-its-name",
                "Authorization")) {
            assertThat(fixture).doesNotContain(secret);
            assertThat(out).doesNotContain(secret);
        }
        assertThat(fixture)
                .as("what comes from outside can be another thing elsewhere")
                .contains("${env:API_URL}/orders?api_key=***", "size=4", "status: 200", "\"price\" : 1.10");
        assertThat(folder.resolve("mainstem-data")).as("no topic, no position").doesNotExist();
    }

    @Test
    void aPipelineIsTestedOnWhatWasRecordedWithoutItsApi() throws Exception {
        String out = record();
        api.close();
        int asked = api.asked().size();
        Files.writeString(
                folder.resolve("shop.yaml"), PIPELINE.formatted("4") + out.substring(out.indexOf("tests:")));
        Mainstem.Outcome tested = elsewhere().run("test", "shop.yaml");
        assertThat(tested.exitCode()).as("%s", tested).isZero();
        assertThat(tested.out()).contains("1 test, all passed");
        assertThat(api.asked()).hasSize(asked);
    }

    @Test
    void whatDiffersFromTheExpectedRowsIsSaidWithItsPlace() throws Exception {
        record();
        Files.writeString(folder.resolve("shop.yaml"), PIPELINE.formatted("4") + """
                tests:
                  - source: shop
                    fixture: fixtures/shop/shop.yaml
                    count: 10
                    expect:
                      - {id: 1, price: 1.1, remark: n7, at: "2026-01-11T00:00:00Z"}
                """);
        Mainstem.Outcome tested = elsewhere().run("test", "shop.yaml");
        assertThat(tested.exitCode()).as("%s", tested).isEqualTo(1);
        assertThat(tested.out())
                .contains("11 rows came, and 'count' is 10", "shop.yaml:30:9: row 1, remark: expected \"n7\", and got \"n1\"");
    }

    @Test
    void aRequestThatWasNotRecordedIsAFailureThatNamesTheNearest() throws Exception {
        String out = record();
        Files.writeString(
                folder.resolve("shop.yaml"), PIPELINE.formatted("5") + out.substring(out.indexOf("tests:")));
        Mainstem.Outcome tested = elsewhere().run("test", "shop.yaml");
        assertThat(tested.exitCode()).as("%s", tested).isEqualTo(1);
        assertThat(tested.out())
                .contains("a request is not in the fixture")
                .containsPattern("the nearest is at \\S*fixtures/shop/shop.yaml:8:5: url is \\S*size=4\\S* there, and here "
                        + "\\S*size=5")
                .contains("mainstem record");
    }

    @Test
    void aPersonMayTakeOutOfAFixtureWhatDoesNotMatter() throws Exception {
        String out = record();
        Path fixture = folder.resolve("fixtures/shop/shop.yaml");
        Files.writeString(
                fixture,
                Files.readString(fixture).replaceAll("(?m)^      headers:\\n(        .*\\n)+", ""));
        Files.writeString(
                folder.resolve("shop.yaml"), PIPELINE.formatted("4") + out.substring(out.indexOf("tests:")));
        Mainstem.Outcome tested = elsewhere().run("test", "shop.yaml");
        assertThat(tested.exitCode()).as("%s", tested).isZero();
    }

    @Test
    void aConnectorThatCannotBeRecordedIsNamed() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "id\n1\n");
        Files.writeString(
                folder.resolve("p.yaml"),
                "name: p\nsources: {in: {connector: file, topic: rows, options: {path: rows.csv}}}\n");
        Mainstem.Outcome outcome = Mainstem.in(folder).run("record", "p.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(2);
        assertThat(outcome.err())
                .contains("the connector 'file' cannot be recorded", "no source of p.yaml can be recorded");
    }
}
