package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.cli.CommandLineHarness.Outcome;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.pipeline.PipelineReader;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.plugin.PluginLoader;
import io.mainstem.runtime.worker.Worker;
import io.mainstem.runtime.worker.WorkerOptions;
import io.mainstem.server.ControlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code plan} says, and that it leaves everything as it was. */
final class PlanCommandTest extends CommandCase {

    private static final String PIPELINE = """
            name: p
            sources:
              in: {connector: lines, topic: lines, options: {path: in.txt}}
            sinks:
              out: {connector: lines, topics: [lines], options: {path: out.txt}}
            """;

    @BeforeEach
    void makeAPipeline() throws IOException {
        cli.write("in.txt", "one\ntwo\nbad\nfour\n");
        cli.write("p.yaml", PIPELINE);
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                contents.put(
                        folder.relativize(path).toString(),
                        Files.getLastModifiedTime(path)
                                + (Files.isDirectory(path) ? "" : " " + Arrays.hashCode(Files.readAllBytes(path))));
            }
        }
        return contents;
    }

    @Test
    void beforeTheFirstRunEverythingIsToBeMadeAndNothingIsMade() throws Exception {
        Map<String, String> before = contents();
        assertThat(cli.run("plan p.yaml")).isEqualTo(new Outcome(0, """
                pipeline p (p.yaml)

                  source in (lines, once): begins
                    1 split to read; the connector does not show what it will send
                    stream lines -> topic lines
                      from all: its beginning
                      FIELD   TYPE
                      number  int64 not null   key
                      text    string not null
                      rows
                        {"number":1,"text":"one"}
                        {"number":2,"text":"two"}
                        {"number":4,"text":"four"}
                        bad: line 3: it says so
                      ! of the first rows, 1 cannot be read: line 3: it says so

                  + topic lines: 1 partition, avro, key number

                  sink out (lines, at-least-once): begins
                    the connector does not show what it will send
                    topic lines: from its beginning

                1 to create, 0 to change; 1 warning. Nothing was written.
                """, ""));
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void afterARunThereAreNoChangesAndTheLogIsAsItWas() throws Exception {
        cli.write("in.txt", "one\ntwo\n");
        assertThat(cli.run("run p.yaml").exitCode()).isZero();
        Map<String, String> before = contents();
        Outcome outcome = cli.run("plan p.yaml");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains("source in (lines, once): goes on from where it was")
                .contains("from all: {line=2}")
                .contains("= topic lines")
                .contains("nothing to read now")
                .endsWith("no changes: all is there, and what runs goes on from where it is\n");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void jsonHasAllOfIt() throws Exception {
        JsonNode plan = new ObjectMapper()
                .readTree(cli.run("plan p.yaml --output json --rows 2").out());
        assertThat(plan.path("unchanged").asBoolean()).isFalse();
        assertThat(plan.path("create").asInt()).isEqualTo(1);
        JsonNode stream = plan.at("/pipelines/0/sources/0/streams/0");
        assertThat(stream.path("rows")).hasSize(2);
        assertThat(stream.path("allRows").asBoolean()).isFalse();
        assertThat(stream.at("/rows/1/value/text").asText()).isEqualTo("two");
        assertThat(stream.at("/fields/0/type").asText()).isEqualTo("int64");
        assertThat(plan.at("/pipelines/0/topics/0/change").asText()).isEqualTo("create");
        assertThat(plan.at("/pipelines/0/topics/0/schema/fate").asText()).isEqualTo("new");
        assertThat(plan.at("/pipelines/0/sinks/0/delivery").asText()).isEqualTo("at-least-once");
    }

    @Test
    void aConnectorThatFailsIsShownWithItsCauseAndTheOthersArePlanned() throws Exception {
        cli.write("p.yaml", PIPELINE.replace("path: in.txt", "path: in.txt, password: '${env:SECRET}'"));
        Outcome outcome = cli.run("plan p.yaml");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("failure: java.io.IOException: refused")
                .contains("sink out")
                .endsWith("1 failure; 1 to create, 0 to change. Nothing was written.\n");
        assertThat(outcome.out() + outcome.err()).doesNotContain("hunter2");
    }

    @Test
    void stepsAreShownWithTheRowsBeforeAndAfterThem() throws Exception {
        cli.write("in.txt", "one\ntwo\n");
        cli.write("p.yaml", PIPELINE.replace("path: in.txt}}", """
                path: in.txt},
                       transforms: [filter: value.number < 2, rename: {text: words}]}
                """.strip()));
        Outcome outcome = cli.run("plan --steps p.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(outcome.out()).contains("""
                      transforms
                        filter {"number":1,"text":"one"}
                          -> {"number":1,"text":"one"}
                        rename {"number":1,"text":"one"}
                          -> {"number":1,"words":"one"}
                        filter {"number":2,"text":"two"}
                          -> left out
                """);
        JsonNode topic = new ObjectMapper()
                .readTree(cli.run("plan --output json p.yaml").out())
                .at("/pipelines/0/topics/0");
        assertThat(topic.at("/schema/fields/1/name").asText())
                .as("behind the steps")
                .isEqualTo("words");
    }

    @Test
    void mistakesAreAllNamedAndNothingIsConnectedTo() throws Exception {
        cli.write("p.yaml", PIPELINE.replace("path: out.txt", "pat: out.txt"));
        assertThat(cli.run("plan p.yaml")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("p.yaml:5:").contains("path");
        });
        assertThat(cli.run("plan p.yaml --rows 5000")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("--rows is 5000; it must be from 0 to 1000");
        });
        assertThat(cli.run("plan nothing.yaml").exitCode()).isEqualTo(2);
    }

    @Test
    void whileAWorkerHasTheDataFolderItPlans() throws Exception {
        cli.write("in.txt", "one\n");
        Path data = folder.resolve("mainstem-data");
        try (PluginCatalog catalog = PluginLoader.load(folder.resolve("plugins"));
                Log log = EmbeddedLog.open(data, EmbeddedLogOptions.defaults())) {
            PipelineSet.Valid set =
                    (PipelineSet.Valid) PipelineReader.read(List.of(folder.resolve("p.yaml")), catalog, Map.of());
            WorkerOptions options = WorkerOptions.of(set.secrets(), Clock.systemUTC(), new Random(1));
            try (Worker worker = Worker.open(log, options)) {
                worker.apply(set.pipelines(), set.secrets());
                Owner owner = new Owner(log, worker).reading(catalog, Map.of());
                try (ControlServer server = ControlServer.open(data, new OwnerCommands(owner))) {
                    assertThat(server).isNotNull();
                    Outcome same = cli.run("plan p.yaml");
                    assertThat(same.exitCode()).as("%s", same).isZero();
                    assertThat(same.out())
                            .contains("source in (lines, once): runs already, unchanged")
                            .contains("sink out (lines, at-least-once): runs already, unchanged");
                    cli.write("p.yaml", PIPELINE.replace("path: in.txt", "path: in.txt, forever: true"));
                    Outcome other = cli.run("plan p.yaml");
                    assertThat(other.out())
                            .contains("source in (lines, continuous): restarts, and goes on from where it was")
                            .contains("sink out (lines, at-least-once): runs already, unchanged");
                }
            }
        }
    }
}
