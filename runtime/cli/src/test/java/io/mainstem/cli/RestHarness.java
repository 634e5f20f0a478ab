package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.pipeline.PipelineReader;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.plugin.PluginLoader;
import io.mainstem.runtime.worker.Worker;
import io.mainstem.runtime.worker.WorkerOptions;
import io.mainstem.server.rest.RestListener;
import io.mainstem.server.rest.RestOptions;
import io.mainstem.server.rest.RestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The REST interface of a real worker on a real log, and a client of it. */
final class RestHarness implements AutoCloseable {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FileProblems problems = new FileProblems();
    private final HttpClient http = HttpClient.newHttpClient();
    private final PluginCatalog catalog;
    private final Log log;
    private final Worker worker;
    private final RestServer server;

    private RestHarness(CommandLineHarness cli, Path folder, List<Path> pipelines) throws Exception {
        catalog = PluginLoader.load(folder.resolve("plugins"));
        PipelineSet.Valid set = (PipelineSet.Valid) PipelineReader.read(pipelines, catalog, Map.of());
        log = EmbeddedLog.open(folder.resolve("mainstem-data"), EmbeddedLogOptions.defaults());
        worker = Worker.open(log, WorkerOptions.of(set.secrets(), Clock.systemUTC(), new Random(1)));
        worker.apply(set.pipelines(), set.secrets());
        RestOptions options =
                new RestOptions(new RestOptions.Address("127.0.0.1", 0), Optional.empty(), Optional.empty());
        RestContext context = RestContext.of(new Owner(log, worker, problems), catalog, cli.console());
        server = RestServer.open(
                RestListener.at(options), RestRoutes.of(context), TOKEN, Scrub::text, RestRoutes::explain);
    }

    /** Serves these pipelines. */
    static RestHarness serving(CommandLineHarness cli, Path folder, Path... pipelines) throws Exception {
        return new RestHarness(cli, folder, List.of(pipelines));
    }

    /** What is wrong with the files that the worker follows. */
    void filesAre(List<ConfigProblem> wrong) {
        problems.are(wrong);
    }

    URI address() {
        return server.address();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.address().resolve(path));
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(to(path).build());
    }

    HttpResponse<String> getWithToken(String path) {
        return send(to(path).header("Authorization", "Bearer " + TOKEN).build());
    }

    HttpResponse<String> post(String path, String body) {
        return send(to(path).header("Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> postWithoutToken(String path) {
        return send(to(path).POST(BodyPublishers.ofString("{\"all\":true}")).build());
    }

    /** Waits until the answer at a path has a text. */
    void await(String path, String text) {
        Awaiting.until(LONG, () -> get(path).body(), body -> body.contains(text));
    }

    @Override
    public void close() throws IOException {
        server.close();
        worker.close();
        log.close();
        catalog.close();
    }
}
