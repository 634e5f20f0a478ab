package io.mainstem.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of every kind, in pipelines that fail in every way, and everything a worker says searched for them. */
final class SecretsTest {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final Pattern REST = Pattern.compile("\"rest\":\"([^\"]+)\"");

    /** One for each way into a pipeline. */
    private static final String IN_ENVIRONMENT = "canary-env \"q/7%4";

    private static final String IN_FILE = "canary-file-83d1";
    private static final String IN_URL = "canary-url-5f20";
    private static final String IN_PATH = "canary-path-99aa";
    private static final String WRITTEN = "canary-literal-c01d";
    private static final String TOKEN = "canary-token-0123456789";
    private static final List<String> CANARIES =
            List.of(IN_ENVIRONMENT, IN_FILE, IN_URL, IN_PATH, WRITTEN, TOKEN, "canary");

    @TempDir
    Path folder;

    private Postgres postgres;
    private Mainstem mainstem;

    @BeforeEach
    void writePipelines() throws Exception {
        postgres = Postgres.start();
        Files.createDirectory(folder.resolve("pipelines"));
        Files.writeString(folder.resolve("rows.csv"), "id,amount\n1,10\n2,many\n3,30\n");
        Files.writeString(folder.resolve("secret.txt"), IN_FILE);
        Files.writeString(folder.resolve("token.txt"), TOKEN);
        Files.writeString(folder.resolve("mainstem.yaml"), "listen: 127.0.0.1:0\nlisten-token: ${file:token.txt}\n");
        String real = postgres.url("postgres");
        sink("environment", "url: \"" + real + "\", user: loader, password: \"${env:CANARY_ENV}\", table: rows");
        sink("file", "url: \"" + real + "\", user: loader, password: \"${file:../secret.txt}\", table: rows");
        sink("written", "url: \"" + real + "\", user: loader, password: " + WRITTEN + ", table: rows");
        sink(
                "url",
                "url: \"jdbc:postgresql://localhost:" + unusedPort()
                        + "/${env:CANARY_URL}\", user: loader, table: rows");
        sink("path", "url: \"jdbc:sqlite:../rows.csv/${env:CANARY_PATH}/rows.db\", table: rows");
        Files.writeString(folder.resolve("pipelines/mistake.yaml"), """
                name: mistake
                sources: {in: {connector: file, topic: x, options: {path: a.csv, delimiter: "${env:CANARY_URL}"}}}
                """);
        mainstem = Mainstem.in(folder)
                .with("CANARY_ENV", IN_ENVIRONMENT)
                .with("CANARY_URL", IN_URL)
                .with("CANARY_PATH", IN_PATH)
                .with("MAINSTEM_LOG_LEVEL", "DEBUG");
    }

    @AfterEach
    void stopPostgres() throws Exception {
        postgres.close();
    }

    /** A pipeline with a bad row for the dead letters, and a sink that cannot write. */
    private void sink(String name, String options) throws IOException {
        Files.writeString(
                folder.resolve("pipelines/" + name + ".yaml"), """
                name: %s
                sources:
                  in:
                    connector: file
                    topic: %s.rows
                    options: {path: ../rows.csv, columns: {id: int64, amount: int32}}
                    on-failure: {bad-records: {to: %s.dead}}
                sinks:
                  out:
                    connector: jdbc
                    topics: [%s.rows]
                    options: {%s}
                    on-failure: {retry: {first-wait: 100ms, max-wait: 500ms, give-up-after: 2s}}
                """.formatted(name, name, name, name, options));
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void noneIsInAnythingThatAWorkerSays() throws Exception {
        look(mainstem.start("serve", "pipelines"), false);
    }

    @Test
    void norInLinesOfJson() throws Exception {
        look(mainstem.start("serve", "pipelines", "--log", "json"), true);
    }

    private void look(Mainstem.Running worker, boolean json) throws Exception {
        Map<String, String> said = new LinkedHashMap<>();
        try {
            URI rest = Waiting.forValue(LONG, this::rest, () -> "no REST interface");
            Waiting.until(LONG, () -> failed(rest) == 5, () -> "not all sinks have failed");
            for (String path : List.of(
                    "/health",
                    "/ready",
                    "/v1/status",
                    "/v1/pipelines",
                    "/v1/pipelines/environment",
                    "/v1/connectors",
                    "/v1/connectors/jdbc",
                    "/v1/topics",
                    "/v1/topics/environment.dead",
                    "/v1/groups",
                    "/v1/groups/environment.out",
                    "/v1/dead-letters",
                    "/v1/dead-letter-causes",
                    "/v1/runs",
                    "/v1/nothing",
                    "/metrics",
                    "/openapi.json")) {
                said.put(path, get(rest, path));
            }
            for (String command : List.of(
                    "status",
                    "pipelines list",
                    "consume environment.dead --full",
                    "groups list",
                    "dead-letters list",
                    "dead-letters list --output json",
                    "runs list --output json")) {
                said.put(command, mainstem.run(command.split(" ")).toString());
            }
            assertThat(said.get("consume environment.dead --full")).contains("many");
            said.put("threads", Jcmd.run(worker.pid(), "Thread.print", "-l"));
            said.put("ps", Files.readString(Path.of("/proc", String.valueOf(worker.pid()), "cmdline"), ISO_8859_1));
        } finally {
            said.put("output", worker.terminate().end().toString());
        }
        said.putAll(files());
        said.forEach((where, text) -> assertThat(forms())
                .as(where)
                .allSatisfy(form -> assertThat(text).doesNotContain(form)));
        assertThat(said.get("output")).contains("DEBUG", "***");
        if (json) {
            assertThat(said.get("output").split("--- err\n")[1].lines().filter(line -> !line.equals("---")))
                    .allMatch(line -> line.startsWith("{\"time\":\"") && line.endsWith("}"))
                    .anyMatch(line -> line.contains("\"pipeline\":\"url\",\"task\":\"out\""));
        }
    }

    /** As they are, and as they look in a URL and in a text of JSON. */
    private static List<String> forms() {
        return CANARIES.stream()
                .flatMap(canary -> Stream.of(
                        canary, URLEncoder.encode(canary, StandardCharsets.UTF_8), canary.replace("\"", "\\\"")))
                .distinct()
                .toList();
    }

    private Optional<URI> rest() throws IOException {
        Path file = folder.resolve("mainstem-data/worker.json");
        Matcher matcher = REST.matcher(Files.exists(file) ? Files.readString(file) : "");
        return matcher.find() ? Optional.of(URI.create(matcher.group(1))) : Optional.empty();
    }

    private static String get(URI rest, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(rest.resolve(path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    private static long failed(URI rest) throws Exception {
        return Pattern.compile("(?m)^mainstem_task_state\\{.*side=\"sink\",state=\"failed\"} 1$")
                .matcher(get(rest, "/metrics"))
                .results()
                .count();
    }

    /** All files of the data folder: records, dead letters, positions. */
    private Map<String, String> files() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(folder.resolve("mainstem-data"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                texts.put(file.toString(), Files.readString(file, ISO_8859_1));
            }
        }
        return texts;
    }
}
