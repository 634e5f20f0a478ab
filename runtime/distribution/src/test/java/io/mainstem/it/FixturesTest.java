package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source is recorded against its API, and its pipeline is tested without it. */
final class FixturesTest {

    private static final String CLIENT_SECRET = "cl13nt/s3cret+x";
    private static final String KEY = "query-key-4711";
    private static final String WHO = "a b/\u00e7+\"1";
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
                  query: {api_key: "${env:API_KEY}", who: "${env:API_WHO}", until: "{until}", size: "%s"}
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

    /** Where the source was recorded, what that said, and how often the API was asked by then. */
    @TempDir
    static Path recorded;

    private static String said;
    private static PublicApi api;
    private static int asked;

    @TempDir
    Path folder;

    @BeforeAll
    static void record() throws Exception {
        api = new PublicApi();
        api.on("/token", (exchange, query) -> "{\"access_token\": \"" + TOKEN + "\", \"expires_in\": 3600}")
                .on("/orders", FixturesTest::page);
        Files.writeString(recorded.resolve("shop.yaml"), PIPELINE.formatted("4"));
        Mainstem.Outcome outcome = Mainstem.in(recorded)
                .with("API_URL", api.url())
                .with("API_SECRET", CLIENT_SECRET)
                .with("API_KEY", KEY)
                .with("API_WHO", WHO)
                .run("record", "shop.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        said = outcome.out();
        asked = api.asked().size();
    }

    @AfterAll
    static void close() {
        assertThat(api.asked()).as("no test asks it").hasSize(asked);
        api.close();
    }

    /** The pipeline with these tests, and what was recorded of it. */
    private Mainstem.Outcome test(String size, String tests) throws Exception {
        Files.createDirectories(folder.resolve("fixtures/shop"));
        Path fixture = folder.resolve("fixtures/shop/shop.yaml");
        if (Files.notExists(fixture)) {
            Files.copy(recorded.resolve("fixtures/shop/shop.yaml"), fixture);
        }
        Files.writeString(folder.resolve("shop.yaml"), PIPELINE.formatted(size) + tests);
        return elsewhere().run("test", "shop.yaml");
    }

    private static String printed() {
        return said.substring(said.indexOf("tests:"));
    }

    /** Three pages of four orders. This server says more than it should. */
    private static String page(HttpExchange exchange, Map<String, String> query) {
        assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(query).containsEntry("api_key", KEY).containsEntry("who", WHO);
        exchange.getResponseHeaders().add("Set-Cookie", "sid=a-session-of-somebody");
        int page = query.containsKey("cursor")
                ? Integer.parseInt(query.get("cursor").split(",")[0])
                : 1;
        String items = IntStream.range(page * 4 - 3, page * 4 + 1)
                .mapToObj(id -> "{\"id\": " + id + ", \"price\": 1.10, \"note\": \"n" + id
                        + (id == 3 ? "\u0085\u007f\u2028: #" : "") + "\", \"at\": \"2026-01-" + (10 + id)
                        + "T00:00:00Z\"}")
                .collect(Collectors.joining(","));
        String next = page < 3 ? "\"" + (page + 1) + "," + KEY + "\"" : "null";
        return "{\"items\": [" + items + "], \"next\": " + next + ", \"you\": \"Bearer " + TOKEN + "\", \"key\": \""
                + KEY
                + "\", \"coded\": \"" + URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8) + "\", \"basic\": \""
                + base64("loader:" + CLIENT_SECRET) + "\", \"password\": \"known-by-its-name\"}";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Where the API never was, and with other secrets. */
    private Mainstem elsewhere() {
        return Mainstem.in(folder)
                .with("API_URL", "https://api.example.invalid")
                .with("API_SECRET", "unused-secret")
                .with("API_KEY", "unused-key")
                .with("API_WHO", "unused-who");
    }

    @Test
    void whatIsRecordedHasNoSecretInAnyForm() throws Exception {
        assertThat(said).contains("source 'shop': 4 exchanges in fixtures/shop/shop.yaml", "12 records");
        String fixture = Files.readString(recorded.resolve("fixtures/shop/shop.yaml"));
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
            assertThat(said).doesNotContain(secret);
        }
        assertThat(fixture)
                .as("what comes from outside can be another thing elsewhere")
                .contains("${env:API_URL}/orders?api_key=***", "size=4", "status: 200", "\"price\": 1.10");
        assertThat(recorded.resolve("mainstem-data"))
                .as("no topic, no position")
                .doesNotExist();
    }

    @Test
    void aPipelineIsTestedOnWhatWasRecordedWithoutItsApi() throws Exception {
        Mainstem.Outcome tested = test("4", printed());
        assertThat(tested.exitCode()).as("%s", tested).isZero();
        assertThat(tested.out()).contains("1 test, all passed");
    }

    @Test
    void whatDiffersFromTheExpectedRowsIsSaidWithItsPlace() throws Exception {
        Mainstem.Outcome tested = test("4", """
                tests:
                  - source: shop
                    fixture: fixtures/shop/shop.yaml
                    count: 10
                    expect:
                      - {id: 1, price: 1.1, remark: n7, at: "2026-01-11T00:00:00Z"}
                """);
        assertThat(tested.exitCode()).as("%s", tested).isEqualTo(1);
        assertThat(tested.out())
                .contains(
                        "11 rows came, and 'count' is 10",
                        "shop.yaml:27:9: row 1, remark: expected \"n7\", and got \"n1\"");
    }

    @Test
    void aRequestThatWasNotRecordedIsAFailureThatNamesTheNearest() throws Exception {
        Mainstem.Outcome tested = test("5", printed());
        assertThat(tested.exitCode()).as("%s", tested).isEqualTo(1);
        assertThat(tested.out())
                .contains("a request is not in the fixture")
                .containsPattern(
                        "the nearest is at \\S*fixtures/shop/shop.yaml:8:5: url is \\S*size=4\\S* there, and here "
                                + "\\S*size=5")
                .contains("mainstem record");
    }

    @Test
    void aStatusThatIsNoneIsSaid() throws Exception {
        Files.createDirectories(folder.resolve("fixtures/shop"));
        Files.writeString(
                folder.resolve("fixtures/shop/shop.yaml"),
                Files.readString(recorded.resolve("fixtures/shop/shop.yaml"))
                        .replaceFirst("status: 200", "status: abc"));
        Mainstem.Outcome tested = test("4", printed());
        assertThat(tested.exitCode()).as("%s", tested).isEqualTo(1);
        assertThat(tested.out()).contains("has the status abc; it must be a number from 200 to 599");
    }

    @Test
    void aPersonMayTakeOutOfAFixtureWhatDoesNotMatter() throws Exception {
        Files.createDirectories(folder.resolve("fixtures/shop"));
        Files.writeString(
                folder.resolve("fixtures/shop/shop.yaml"),
                Files.readString(recorded.resolve("fixtures/shop/shop.yaml"))
                        .replaceAll("(?m)^      (headers:\\n(        .*\\n)+|method: .*\\n)", ""));
        Mainstem.Outcome tested = test("4", printed());
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
