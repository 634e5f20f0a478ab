package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP connector in the assembled distribution: the examples against servers that behave as those APIs document, and webhooks. */
final class HttpTest {

    @TempDir
    Path folder;

    private PublicApi api;

    @BeforeEach
    void open() throws IOException {
        api = new PublicApi();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static String array(IntStream numbers, IntFunction<String> item) {
        return numbers.mapToObj(item).collect(Collectors.joining(",", "[", "]"));
    }

    private static void ok(Mainstem.Outcome outcome) {
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    }

    @Test
    void theIssuesOfEachRepositoryOfGithubArrive() throws Exception {
        int[] lastIssue = {230};
        api.on(
                        "/orgs/apache/repos",
                        (exchange, query) -> array(
                                IntStream.of(1, 2),
                                id -> "{\"id\": " + id + ", \"full_name\": \"apache/r" + id + "\", \"x\": {}}"))
                .on("/repos/apache/", (exchange, query) -> {
                    int repository = exchange.getRequestURI().getPath().contains("r1") ? 1 : 2;
                    int page = Integer.parseInt(query.getOrDefault("page", "1"));
                    Instant since = Instant.parse(query.getOrDefault("since", "2000-01-01T00:00:00Z"));
                    List<Integer> all = IntStream.rangeClosed(1, lastIssue[0])
                            .filter(number -> !updated(number).isBefore(since))
                            .boxed()
                            .toList();
                    if (all.size() > page * 100) {
                        exchange.getResponseHeaders()
                                .add(
                                        "Link",
                                        "<" + api.url()
                                                + exchange.getRequestURI().getPath() + "?page=" + (page + 1)
                                                + "&per_page=100"
                                                + (query.containsKey("since") ? "&since=" + query.get("since") : "")
                                                + ">; rel=\"next\", <" + api.url() + "/last>; rel=\"last\"");
                    }
                    return array(
                            all.stream().skip((page - 1) * 100L).limit(100).mapToInt(number -> number),
                            number -> "{\"id\": " + (repository * 1000 + number) + ", \"number\": " + number
                                    + ", \"title\": \"t\", \"user\": {\"login\": \"ann\"}, \"updated_at\": \""
                                    + updated(number) + "\"}");
                });
        Path examples = Examples.copyTo(folder);
        Mainstem mainstem = Mainstem.in(folder).with("GITHUB_URL", api.url()).with("GITHUB_TOKEN", "a-secret-token-1");
        String example = examples.resolve("http-github-issues.yaml").toString();
        ok(mainstem.run("run", "--once", example));
        Database database = Database.sqlite(examples.resolve("output/issues.db"));
        assertThat(database.row("SELECT count(*), count(DISTINCT id), count(DISTINCT repository) FROM issues"))
                .isEqualTo("460|460|2");

        lastIssue[0] = 232;
        ok(mainstem.run("run", "--once", example));
        assertThat(database.number("SELECT count(*) FROM issues")).isEqualTo(464);
        assertThat(mainstem.run("consume", "github.issues", "--full").out().lines())
                .hasSize(464);
    }

    private static Instant updated(int number) {
        return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number * 60L);
    }

    @Test
    void theChargesOfStripeArrive() throws Exception {
        int[] last = {120};
        api.on("/v1/charges", (exchange, query) -> {
            long from = Long.parseLong(query.getOrDefault("created[gte]", "0"));
            int before = query.containsKey("starting_after")
                    ? Integer.parseInt(query.get("starting_after").substring(3))
                    : last[0] + 1;
            List<Integer> all = IntStream.range(1, before)
                    .map(i -> before - i)
                    .filter(id -> 1_790_000_000L + id * 100L >= from)
                    .boxed()
                    .toList();
            int size = Integer.parseInt(query.get("limit"));
            return "{\"object\": \"list\", \"has_more\": " + (all.size() > size) + ", \"data\": "
                    + array(
                            all.stream().limit(size).mapToInt(id -> id),
                            id -> "{\"id\": \"ch_" + id + "\", \"amount\": " + id
                                    + ", \"currency\": \"eur\", \"created\": " + (1_790_000_000L + id * 100L) + "}")
                    + "}";
        });
        Path examples = Examples.copyTo(folder);
        Mainstem mainstem = Mainstem.in(folder).with("STRIPE_URL", api.url()).with("STRIPE_KEY", "sk_test_secret");
        String example = examples.resolve("http-stripe-charges.yaml").toString();
        ok(mainstem.run("run", "--once", example));
        last[0] = 125;
        ok(mainstem.run("run", "--once", example));
        assertThat(Database.sqlite(examples.resolve("output/charges.db"))
                        .row("SELECT count(*), count(DISTINCT id), sum(amount) FROM charges"))
                .isEqualTo("125|125|7875");
        assertThat(mainstem.run("consume", "charges", "--full").out().lines()).hasSize(125);
    }

    @Test
    void theChargesOfStripeAreTestedOnWhatWasRecorded() throws Exception {
        Path examples = Examples.copyTo(folder);
        ok(Mainstem.in(folder)
                .with("STRIPE_KEY", "unused-key")
                .run("test", examples.resolve("http-stripe-charges.yaml").toString()));
    }

    @Test
    void theIssuesOfJiraArrive() throws Exception {
        Pattern since = Pattern.compile("updated >= (\\d+) ORDER");
        api.on("/rest/api/2/search", (exchange, query) -> {
            Matcher matcher = since.matcher(query.get("jql"));
            assertThat(matcher.find()).isTrue();
            Instant from = Instant.ofEpochMilli(Long.parseLong(matcher.group(1)));
            List<Integer> all = IntStream.rangeClosed(1, 130)
                    .filter(number -> !updated(number).isBefore(from))
                    .boxed()
                    .toList();
            int start = Integer.parseInt(query.get("startAt"));
            return "{\"startAt\": " + start + ", \"total\": " + all.size() + ", \"issues\": "
                    + array(
                            all.stream().skip(start).limit(50).mapToInt(id -> id),
                            id -> "{\"id\": \"" + id + "\", \"key\": \"DEMO-" + id
                                    + "\", \"fields\": {\"summary\": \"s\", \"status\": {\"name\": \"Open\"}, \"updated\": \""
                                    + updated(id).toString().replace("Z", ".000+0000") + "\"}}")
                    + "}";
        });
        Path examples = Examples.copyTo(folder);
        Mainstem mainstem = Mainstem.in(folder)
                .with("JIRA_URL", api.url())
                .with("JIRA_USER", "ann")
                .with("JIRA_TOKEN", "a-secret-token-2");
        String example = examples.resolve("http-jira-issues.yaml").toString();
        for (int time = 1; time <= 2; time++) {
            ok(mainstem.run("run", "--once", example));
            assertThat(Database.sqlite(examples.resolve("output/jira.db"))
                            .row("SELECT count(*), count(DISTINCT id), min(status) FROM jira_issues"))
                    .isEqualTo("130|130|Open");
        }
        assertThat(mainstem.run("consume", "jira_issues", "--full").out().lines())
                .hasSize(130);
    }

    private static List<Integer> numbers(String text, String pattern) {
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            numbers.add(Integer.valueOf(matcher.group(1)));
        }
        return numbers;
    }

    @Test
    void aWebhookThatWasAnsweredIsInTheLogWhateverIsKilled() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Files.writeString(folder.resolve("hooks.yaml"), """
                name: hooks
                sources:
                  hooks:
                    connector: webhook
                    topic: hooks
                    options:
                      port: %s
                      path: /in
                      id-header: X-Id
                """.formatted(port));
        Queue<Integer> answered = new ConcurrentLinkedQueue<>();
        Mainstem mainstem = Mainstem.in(folder);
        Mainstem.Running running = mainstem.start("run", "hooks.yaml");
        HttpClient client = HttpClient.newHttpClient();
        Waiting.until(Duration.ofSeconds(60), () -> send(client, port, 0) == 200, () -> "it does not listen");
        String address = "source hooks/hooks is reached at http://127.0.0.1:" + port + "/in";
        running.says(address);
        assertThat(mainstem.run("status").out()).contains(address);
        List<Thread> senders = new ArrayList<>();
        for (int sender = 0; sender < 8; sender++) {
            int first = 1 + sender * 10_000;
            Thread thread = new Thread(() -> {
                for (int id = first; send(client, port, id) == 200; id++) {
                    answered.add(id);
                }
            });
            thread.start();
            senders.add(thread);
        }
        Waiting.until(
                Duration.ofSeconds(30), () -> answered.size() > 500, () -> "only " + answered.size() + " answers");
        running.kill().endsWithin(Duration.ofSeconds(20));
        for (Thread sender : senders) {
            sender.join();
        }
        List<Integer> kept = numbers(mainstem.run("consume", "hooks", "--full").out(), "n=(\\d+)");
        assertThat(Set.copyOf(kept)).containsAll(answered);
        assertThat(kept).doesNotHaveDuplicates();
    }

    @Test
    void aServerThatRefusesIsSeenWithTheMomentAtWhichItIsAskedAgainAndIsNotAskedForEver() throws Exception {
        api.takes("/busy", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "3");
            return 429;
        });
        Files.writeString(folder.resolve("busy.yaml"), """
                name: busy
                sources:
                  busy:
                    connector: http
                    options: {url: "%s/busy", columns: {id: int64}}
                    on-failure: {retry: {give-up-after: 2s}}
                """.formatted(api.url()));
        Mainstem mainstem = Mainstem.in(folder);
        Mainstem.Running running = mainstem.start("run", "busy.yaml");
        running.says(
                "source busy/busy waiting: GET http://\\S+/busy answered 429, and asks for no request for 3 s; it goes on at "
                        + "20\\d\\d-");
        assertThat(mainstem.run("status", "--output", "json").out())
                .contains("\"state\" : \"waiting\"", "\"waitsUntil\" : \"20", "answered 429, and asks for no");
        Mainstem.Outcome outcome = running.end();
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.out()).contains("which give-up-after does not allow");
    }

    @Test
    void aFailureThatEndsARunIsSaidOnceInEachPlace() throws Exception {
        api.takes("/gone", exchange -> 404);
        Files.writeString(folder.resolve("gone.yaml"), """
                name: gone
                sources:
                  gone:
                    connector: http
                    options: {url: "%s/gone", columns: {id: int64}}
                """.formatted(api.url()));
        Mainstem mainstem = Mainstem.in(folder);
        assertThat(mainstem.runIntoOne("run", "gone.yaml")).containsOnlyOnce("answered 404");
        Mainstem.Outcome apart = mainstem.run("run", "gone.yaml");
        assertThat(apart.out()).containsOnlyOnce("answered 404");
        assertThat(apart.err()).containsOnlyOnce("answered 404");
    }

    private static int send(HttpClient client, int port, int id) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/in"))
                .header("X-Id", "id-" + id)
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString("n=" + id))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Test
    void whatATargetAnswersIsKeptAndWhatItRefusesIsNotCountedAsWritten() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "id\n1\n2\n3\n");
        api.on(
                "/in",
                (exchange, query) -> "{\"got\": "
                        + new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                        + "}");
        api.takes(
                "/bad",
                exchange ->
                        new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                                        .contains("2")
                                ? 422
                                : 200);
        Files.writeString(folder.resolve("p.yaml"), """
                name: p
                sources:
                  in: {connector: file, topic: rows, options: {path: rows.csv, columns: {id: int64 not null}}}
                topics:
                  rows.responses: {codec: json}
                sinks:
                  good: {connector: http, topics: [rows], options: {url: "%s/in", responses: rows.responses}}
                  bad:
                    connector: http
                    topics: [rows]
                    options: {url: "%s/bad"}
                    on-failure: {bad-records: {to: dead-letters}}
                """.formatted(api.url(), api.url()));
        Mainstem.Outcome outcome = Mainstem.in(folder).run("run", "p.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(3);
        assertThat(outcome.err() + outcome.out()).containsPattern("(?s)bad\\b.*\\b2 records");
        String kept =
                Mainstem.in(folder).run("consume", "rows.responses", "--full").out();
        assertThat(kept.lines()).hasSize(3);
        assertThat(kept)
                .contains("\"topic\":\"rows\"", "\"offset\":0", "\"status\":200", "{\\\"got\\\": {\\\"id\\\":1}}");
    }
}
