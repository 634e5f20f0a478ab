package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The REST interface of a real worker on a real log. */
final class RestInterfaceTest extends CommandCase {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GOOD = """
            name: good
            sources:
              in: {connector: lines, topic: lines, options: {path: in.txt, forever: true}}
            sinks:
              out: {connector: lines, topics: [lines], options: {path: out.txt}}
            """;
    private static final String LATER = """
            name: later
            sources:
              in: {connector: lines, topic: later, options: {path: none.txt}}
            """;

    private static final String DEAD = """
            name: dead
            sources:
              in:
                connector: lines
                topic: dead
                options: {path: letters.txt}
                on-failure: {bad-records: dead-letters}
            sinks:
              out:
                connector: lines
                topics: [dead]
                options: {path: dead.txt}
                on-failure: {bad-records: dead-letters}
            """;

    private RestHarness rest;

    @BeforeEach
    void startAWorker() throws Exception {
        cli.installVault();
        cli.write("in.txt", "one\ntwo\n");
        cli.write("letters.txt", "bad\nrefused\nfine\n");
        rest = RestHarness.serving(
                cli,
                folder,
                cli.write("good.yaml", GOOD),
                cli.write("later.yaml", LATER),
                cli.write("dead.yaml", DEAD));
        rest.await("/metrics", "mainstem_task_records_total{pipeline=\"good\",task=\"out\",side=\"sink\"} 2");
        rest.await("/v1/dead-letters", "it says so, too");
    }

    @AfterEach
    void stopTheWorker() throws IOException {
        rest.close();
    }

    private HttpRequest.Builder to(String path) {
        return rest.to(path);
    }

    private HttpResponse<String> send(HttpRequest request) {
        return rest.send(request);
    }

    private HttpResponse<String> get(String path) {
        return rest.get(path);
    }

    private HttpResponse<String> post(String path, String body) {
        return rest.post(path, body);
    }

    @Test
    void everyAnswerIsAsItsDocumentationSays() throws Exception {
        String letter =
                JSON.readTree(get("/v1/dead-letters").body()).path(0).path("id").asText();
        Map<String, String> values = new HashMap<>(Map.of("{connector}", "lines", "{topic}", "lines"));
        values.putAll(Map.of("{group}", "good.out", "{letter}", letter, "{source}", "in", "{number}", "1"));
        int looked = 0;
        for (Route route : RestRoutes.documentation().all()) {
            String path = route.path().replace("{pipeline}", route.path().startsWith("/v1/runs") ? "dead" : "good");
            for (Map.Entry<String, String> value : values.entrySet()) {
                path = path.replace(value.getKey(), value.getValue());
            }
            if (route.method() == Route.Method.GET && !route.operation().equals("ready")) {
                HttpResponse<String> answer = rest.getWithToken(path);
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                if (!route.operation().equals("metrics")) {
                    check(path, route.answer(), JSON.readTree(answer.body()));
                    looked++;
                }
            }
        }
        assertThat(looked).isGreaterThan(15);
    }

    private static void check(String where, Shape shape, JsonNode node) {
        if (shape instanceof Shape.ListOf list) {
            assertThat(node.isArray()).as(where).isTrue();
            node.forEach(each -> check(where + "[]", list.element(), each));
        } else if (shape instanceof Shape.ObjectOf object) {
            assertThat(node.isObject()).as(where).isTrue();
            Set<String> left = new TreeSet<>();
            node.fieldNames().forEachRemaining(left::add);
            for (Shape.Property property : object.properties()) {
                if (left.remove(property.name())) {
                    check(where + "." + property.name(), property.shape(), node.get(property.name()));
                } else {
                    assertThat(property.isOptional())
                            .as(where + " has no " + property.name())
                            .isTrue();
                }
            }
            assertThat(left).as("not documented at " + where).isEmpty();
        } else {
            boolean fits = shape == Shape.any()
                    || shape == Shape.text() && node.isTextual()
                    || shape == Shape.integer() && node.isIntegralNumber()
                    || shape == Shape.number() && node.isNumber()
                    || shape == Shape.flag() && node.isBoolean();
            assertThat(fits).as("%s is %s", where, node).isTrue();
        }
    }

    @Test
    void filesThatAreNotValidAndLagsAreShown() throws Exception {
        assertThat(get("/v1/pipelines/good").body()).contains("\"lag\" : 0").doesNotContain("fileProblem");
        rest.filesAre(List.of(
                new ConfigProblem(folder.resolve("good.yaml"), 2, 1, "it has no key 'suorces'"),
                new ConfigProblem(folder.resolve("never.yaml"), 1, 1, "it has no key 'nme'")));
        post("/v1/pipelines/good/pause", "");

        JsonNode pipelines = JSON.readTree(get("/v1/pipelines").body());
        JsonNode status = JSON.readTree(get("/v1/status").body());

        JsonNode good = find(pipelines, "pipeline", "good");
        assertThat(good.path("state").asText()).isEqualTo("paused");
        assertThat(good.path("lag").asInt(-1)).isZero();
        assertThat(good.path("fileProblem").asText()).endsWith("good.yaml:2:1: it has no key 'suorces'");
        JsonNode never = find(pipelines, "state", "invalid");
        assertThat(never.path("file").asText()).endsWith("never.yaml");
        assertThat(never.path("fileProblem").asText()).endsWith("never.yaml:1:1: it has no key 'nme'");
        assertThat(status.path("fileProblems")).hasSize(2);
        assertThat(find(status.path("pipelines"), "pipeline", "good")
                        .path("lag")
                        .asInt(-1))
                .isZero();
        check("/v1/pipelines", route("listPipelines").answer(), pipelines);
        check("/v1/status", route("status").answer(), status);
    }

    @Test
    void aTextIsPlannedAsACommandWouldPlanIt() throws Exception {
        HttpResponse<String> answer =
                post("/v1/plan", GOOD.replace("name: good", "name: fresh").replace("topic: lines", "topic: fresh"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode plan = JSON.readTree(answer.body());
        assertThat(plan.at("/pipelines/0/name").asText()).isEqualTo("fresh");
        assertThat(plan.at("/pipelines/0/sources/0/effect").asText()).isEqualTo("begins");
        assertThat(plan.at("/pipelines/0/sources/0/streams/0/rows")).hasSize(2);
        assertThat(get("/v1/topics/fresh").statusCode()).as("nothing is made").isEqualTo(404);
        assertThat(post("/v1/plan", "name: x\nsuorces: {}\n")).satisfies(wrong -> {
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("2:1: ", "did you mean 'sources'");
        });
    }

    @Test
    void aTextThatIsPlannedMayNameSecretsAsAFileMay() throws Exception {
        cli.write("vault.properties", "the/file=in.txt\n");
        cli.write("mainstem.yaml", "secrets:\n  team: {provider: vault, options: {file: vault.properties}}\n");
        String text = GOOD.replace("name: good", "name: fresh").replace("in.txt", "\"${team:the/file}\"");

        HttpResponse<String> answer = post("/v1/plan", text);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).at("/pipelines/0/sources/0/streams/0/rows"))
                .hasSize(2);
    }

    private static JsonNode find(JsonNode list, String name, String value) {
        for (JsonNode each : list) {
            if (each.path(name).asText().equals(value)) {
                return each;
            }
        }
        throw new AssertionError("no " + name + " " + value + " in " + list);
    }

    private static Route route(String operation) {
        return RestRoutes.documentation().all().stream()
                .filter(route -> route.operation().equals(operation))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whereAGroupGoesOnIsSetWhileItsPipelineIsPaused() {
        assertThat(post("/v1/groups/good.out/reset", "{\"toStart\":true}")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body())
                    .contains("pause that pipeline first ('mainstem pipelines pause good'), and resume it then");
        });
        assertThat(post("/v1/pipelines/good/pause", "").statusCode()).isEqualTo(200);
        assertThat(post("/v1/groups/good.out/reset", "{\"toStart\":true}").statusCode())
                .isEqualTo(200);
        assertThat(get("/v1/pipelines/good").body()).contains("\"lag\" : 3");
        post("/v1/pipelines/good/resume", "");
        Awaiting.until(Duration.ofSeconds(20), this::written, text -> text.equals("one\ntwo\none\ntwo\n"));
    }

    private String written() {
        try {
            return cli.read("out.txt");
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aRunOfAPausedPipelineIsNotStartedAndItIsSaidHow() {
        post("/v1/pipelines/dead/pause", "");

        assertThat(post("/v1/runs/dead/in/start", "")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body())
                    .contains("pipeline 'dead' is paused; let it go on with 'mainstem pipelines resume dead'");
        });
    }

    @Test
    void theDocumentIsTheGoldenOne() throws IOException {
        String text = OpenApiRoute.document().toPrettyString() + "\n";
        Path golden = Path.of("src", "test", "resources", "io", "mainstem", "cli", "openapi.json");
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, text);
        }
        assertThat(golden).content().isEqualTo(text);
        assertThat(cli.run("schema openapi").out()).isEqualTo(text);
        assertThat(JSON.readTree(get("/openapi.json").body())).isEqualTo(JSON.readTree(text));
    }

    @Test
    void aPipelineIsPlannedWithoutChangingAnything() throws Exception {
        JsonNode plan = JSON.readTree(post("/v1/pipelines/good/plan", "").body());
        assertThat(plan.path("unchanged").asBoolean()).as("%s", plan).isTrue();
        assertThat(plan.at("/pipelines/0/sources/0/effect").asText()).isEqualTo("runs");
        assertThat(post("/v1/pipelines/goood/plan", "").statusCode()).isEqualTo(404);
    }

    @Test
    void pipelinesArePausedAndResumed() throws Exception {
        assertThat(post("/v1/pipelines/good/pause", "").body()).contains("\"state\" : \"paused\"", "\"pausedSince\"");
        assertThat(post("/v1/pipelines/good/resume", "").body()).contains("\"state\" : \"running\"");
        assertThat(post("/v1/pipelines/good/restart", "").statusCode()).isEqualTo(200);
        assertThat(post("/v1/pipelines/goood/pause", "")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("there is no pipeline 'goood'", "GET /v1/pipelines");
        });
        assertThat(send(to("/v1/pipelines/good/pause")
                                .POST(BodyPublishers.noBody())
                                .build())
                        .statusCode())
                .isEqualTo(401);
        assertThat(get("/v1/pipelines/good").body()).contains("\"state\" : \"running\"");
    }

    @Test
    void theWorkerIsReadyWhenAllIsUp() throws Exception {
        Awaiting.until(Duration.ofSeconds(20), () -> get("/v1/status").body(), body -> body.contains("none.txt"));

        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("1 of 3 pipelines are not up").doesNotContain("none.txt");
        });

        assertThat(post("/v1/pipelines/later/pause", "").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aTextIsValidatedAndNothingChanges() throws Exception {
        assertThat(post("/v1/validate", GOOD.replace("name: good", "name: other"))
                        .body())
                .contains("\"valid\" : true", "\"name\" : \"other\"", "\"sources\" : 1");
        JsonNode wrong =
                JSON.readTree(post("/v1/validate", "name: p\nsuorces: {}\n").body());
        assertThat(wrong.path("valid").asBoolean()).isFalse();
        assertThat(wrong.path("problems").toString())
                .contains("\"line\":2,\"column\":1,\"message\":", "did you mean 'sources'");
        for (String secret : List.of("${env:SECRET}", "${file:" + folder.resolve("in.txt") + "}", "${env:NOT_THERE}")) {
            assertThat(post("/v1/validate", GOOD.replace("true", '"' + secret + '"'))
                            .body())
                    .contains("\"valid\" : true")
                    .doesNotContain("hunter2", "one");
        }
        assertThat(post("/v1/validate", GOOD.replace("true", "\"${what}\"")).body())
                .contains("'${what}' is no placeholder");
        assertThat(get("/v1/pipelines").body()).doesNotContain("other");
        assertThat(folder.resolve("pipeline.yaml")).doesNotExist();
    }

    @Test
    void groupsAreReset() throws Exception {
        assertThat(post("/v1/groups/good.out/reset", "{\"toStart\":true}")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body()).contains("is used by pipeline 'good'");
        });
        assertThat(post("/v1/groups/good.out/reset", "{\"toStart\":true,\"dryRun\":true}")
                        .body())
                .contains("\"topic\" : \"lines\"", "\"now\" : 0");
        assertThat(post("/v1/groups/new.group/reset", "{\"toOffset\":1,\"topic\":\"lines\"}")
                        .body())
                .contains("\"now\" : 1");
        assertThat(get("/v1/groups/new.group").body()).contains("\"next\" : 1");
        for (String wrong : List.of(
                "",
                "[]",
                "{",
                "{}",
                "{\"toStart\":true,\"toEnd\":true}",
                "{\"toOffset\":-1}",
                "{\"toOffset\":\"1\"}",
                "{\"toTime\":\"noon\"}",
                "{\"toStart\":false}",
                "{\"toStrat\":true}",
                "{\"toEnd\":true,\"partition\":1.5}")) {
            assertThat(post("/v1/groups/new.group/reset", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(post("/v1/groups/new.group/reset", "{\"toOffset\":99,\"topic\":\"lines\"}")
                        .body())
                .contains("has the offsets 0 to");
        assertThat(get("/v1/groups/none").statusCode()).isEqualTo(404);
    }

    @Test
    void namesThatAreNotThereAreSaid() {
        assertThat(get("/v1/topics/none").body()).contains("there is no topic 'none'; there are ");
        assertThat(get("/v1/connectors/none").body()).contains("there is no connector 'none'");
        for (String path : List.of("/v1/topics/..", "/v1/topics/%2e%2e", "/v1/topics/a%00", "/v1/groups/%2Fetc")) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(rest.address() + path)).build();
            assertThat(send(request).statusCode()).as(path).isEqualTo(400);
        }
    }

    @Test
    void metricsShowTheWork() throws Exception {
        // A topic without records has no lag either: the work is done when it is counted.
        rest.await("/metrics", "mainstem_task_records_total{pipeline=\"good\",task=\"out\",side=\"sink\"} 2\n");
        String text = get("/metrics").body();

        assertThat(text)
                .contains("mainstem_task_records_total{pipeline=\"good\",task=\"in\",side=\"source\"} 2\n")
                .contains("mainstem_task_records_total{pipeline=\"good\",task=\"out\",side=\"sink\"} 2\n")
                .contains("mainstem_pipeline_state{pipeline=\"good\",state=\"running\"} 1\n")
                .contains("mainstem_group_lag_records{group=\"good.out\"} 0\n")
                .contains("mainstem_group_lag_seconds{group=\"good.out\"} 0.0\n")
                .contains(
                        "mainstem_task_commit_seconds_bucket{pipeline=\"good\",task=\"in\",side=\"source\",le=\"+Inf\"} ")
                .contains("mainstem_log_full 0\n");
        assertThat(text.lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches("[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [0-9.Ee+-]+"));
    }

    @Test
    void everyMetricIsThereAndNamedAsOpenMetricsWants() {
        HttpResponse<String> answer = send(to("/metrics")
                .header("Accept", "application/openmetrics-text; version=1.0.0")
                .build());

        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/openmetrics-text");
        Map<String, String> types = OpenMetricsParser.parse(answer.body());
        assertThat(types).hasSize(MetricFamilies.all().size());
        types.forEach((name, type) -> assertThat(name)
                .as("a unit of OpenMetrics, and no multiple of one")
                .doesNotMatch(".*_(ms|millis|milliseconds|kb|mb|kilobytes|minutes|percent)(_.*)?"));
        for (MetricFamilies.Family family : MetricFamilies.all()) {
            assertThat(answer.body()).contains("# TYPE " + family.metric().name() + " ");
        }
    }

    @Test
    void whatAGroupHasNotReadHasAnAge() throws Exception {
        assertThat(post("/v1/groups/slow.group/reset", "{\"toStart\":true,\"topic\":\"lines\"}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(get("/metrics").body())
                .containsPattern("mainstem_group_lag_seconds\\{group=\"slow.group\"} [0-9.]*[1-9]")
                .doesNotContain("mainstem_group_lag_records{group=\"slow.group\"} 0\n");
    }

    @Test
    void theDashboardNamesOnlyMetricsThatThereAre() throws IOException {
        String dashboard = Files.readString(Path.of("..", "..", "docs", "grafana-dashboard.json"));
        Set<String> known = new TreeSet<>();
        MetricFamilies.all().forEach(family -> known.addAll(family.metric().lines()));
        Set<String> named = new TreeSet<>();
        for (JsonNode expression : JSON.readTree(dashboard).findValues("expr")) {
            java.util.regex.Pattern.compile("(?:mainstem|jvm|process)_[a-z_]+")
                    .matcher(expression.asText())
                    .results()
                    .forEach(match -> named.add(match.group()));
        }

        assertThat(named).hasSizeGreaterThan(10);
        assertThat(known).containsAll(named);
    }
}
