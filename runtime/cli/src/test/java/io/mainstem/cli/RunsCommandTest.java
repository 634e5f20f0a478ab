package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunsCommandTest extends CommandCase {

    private static final String PIPELINE = """
            name: p
            sources:
              in: {connector: lines, topic: lines, options: {path: in.txt}, schedule: cron "0 0 2 29 2 ?" zone UTC}
            sinks:
              out: {connector: lines, topics: lines, options: {path: out.txt}}
            """;
    private static final String PAST = " --from 2020-01-01T00:00:00Z --to ";

    @BeforeEach
    void writeFiles() throws IOException {
        cli.write("in.txt", "one\ntwo\n");
        cli.write("p.yaml", PIPELINE);
    }

    private void await(String command, String text) {
        Awaiting.until(Duration.ofSeconds(30), () -> cli.run(command).out(), out -> out.contains(text));
    }

    private interface Life {
        void live() throws Exception;
    }

    /** Does something while a worker serves the pipeline. */
    private void serving(Life life) throws Exception {
        Path data = folder.resolve("mainstem-data");
        try (PluginCatalog catalog = PluginLoader.load(folder.resolve("plugins"));
                Log log = EmbeddedLog.open(data, EmbeddedLogOptions.defaults())) {
            PipelineSet.Valid set =
                    (PipelineSet.Valid) PipelineReader.read(List.of(folder.resolve("p.yaml")), catalog, Map.of());
            WorkerOptions options = WorkerOptions.of(set.secrets(), Clock.systemUTC(), new Random(1));
            try (Worker worker = Worker.open(log, options)) {
                ControlServer server = ControlServer.open(data, new OwnerCommands(new Owner(log, worker)));
                try {
                    worker.apply(set.pipelines(), set.secrets());
                    life.live();
                } finally {
                    server.close();
                }
            }
        }
    }

    @Test
    void aRunIsStartedByHandAndListedWithAndWithoutAWorker() throws Exception {
        serving(() -> {
            await("status", "sleeping, next at 2028-02-29T02:00:00Z");
            assertThat(cli.run("pipelines list").out()).contains("running, next at 2028-02-29T02:00:00Z");
            assertThat(cli.run("runs start p/in").out()).isEqualTo("a run of source 'p/in' starts\n");
            await("runs list", "done");
            assertThat(cli.run("runs start p/on")).satisfies(outcome -> {
                assertThat(outcome.exitCode()).isEqualTo(2);
                assertThat(outcome.err()).contains("no source 'p/on'; there are p/in");
            });
        });
        assertThat(cli.run("runs list --since 1h").out()).containsPattern("p/in/1 +hand +\\S+ +\\S+ +done +2 +");
        assertThat(cli.run("runs list --pipeline other").out()).doesNotContain("p/in");
        assertThat(cli.run("runs list --max 0 --output json").out().strip()).isEqualTo("[ ]");
        assertThat(cli.run("runs show p/in/1").out()).contains("cron \"0 0 2 29 2 ?\" zone UTC");
        assertThat(cli.run("runs show p/in/1 --output json").out()).contains("\"records\" : 2");
        assertThat(cli.run("runs show p/in/9").exitCode()).isEqualTo(1);
        assertThat(cli.run("runs list --since yesterday").exitCode()).isEqualTo(2);
        assertThat(cli.run("runs start p/in").exitCode()).isEqualTo(4);
    }

    @Test
    void runOnceIsARunToo() {
        assertThat(cli.run("run p.yaml --once").exitCode()).isZero();
        assertThat(cli.run("runs list").out()).containsPattern("p/in/1 +start .* done +2 +");
    }

    @Test
    void validateShowsTheNextTimes() {
        assertThat(cli.run("validate p.yaml").out())
                .contains("source 'in' runs at 2028-02-29T02:00:00Z, 2032-02-29T02:00:00Z, 2036-02-29T02:00:00Z");
    }

    @Test
    void aSpanIsCopiedOnAClosedFolderAndByAWorker() throws Exception {
        assertThat(cli.run("run p.yaml --once").exitCode()).isZero();
        String span = PAST + Clock.systemUTC().instant();
        assertThat(cli.run("backfill p/out --set path=closed.txt" + span)).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("--file");
        });
        String closed = "backfill p/out --set path=closed.txt --file p.yaml" + span;
        assertThat(cli.run(closed).out())
                .containsPattern("backfill p/out-backfill-[0-9a-f]{8} wrote 2 records \\(N B\\), finished");
        assertThat(cli.run(closed).out()).contains("wrote 0 records");
        assertThat(cli.read("closed.txt")).isEqualTo("one\ntwo\n");
        serving(() -> assertThat(cli.run("backfill p/out --set path=open.txt" + span))
                .satisfies(outcome ->
                        assertThat(outcome.exitCode()).as("%s", outcome).isZero()));
        assertThat(cli.read("open.txt")).isEqualTo("one\ntwo\n");
        assertThat(cli.read("out.txt")).isEqualTo("one\ntwo\n");
    }

    /** The command looks for a worker only when it has found out its times, and the worker takes those. */
    @Test
    void timesAgoAreFoundOutOnceWhoeverCopies() throws Exception {
        assertThat(cli.run("run p.yaml --once").exitCode()).isZero();
        serving(() -> assertThat(cli.run("backfill p/out --set path=ago.txt --from 24h --to 0s"))
                .satisfies(outcome -> {
                    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
                    assertThat(outcome.err().lines().filter(line -> line.contains("the span is --from")))
                            .as("%s", outcome)
                            .hasSize(1);
                }));
    }

    @Test
    void aBackfillThatWouldWriteWhereTheSinkDoesIsRefused() {
        assertThat(cli.run("run p.yaml --once").exitCode()).isZero();
        String span = " --file p.yaml" + PAST + Clock.systemUTC().instant();
        assertThat(cli.run("backfill p/out --set path=out.txt" + span).err()).contains("name another target");
        assertThat(cli.run("backfill p/out --set pth=a.txt" + span).err()).contains("did you mean 'path'?");
        assertThat(cli.run("backfill p/in --set path=a.txt" + span).err())
                .isEqualTo("mainstem: there is no sink 'p/in'; a sink is named pipeline/sink\n");
        assertThat(cli.run("backfill p/ou --set path=a.txt --file p.yaml --from 24h --to 0s")
                        .err())
                .contains("there is no sink 'p/ou'; did you mean 'p/out'?")
                .doesNotContain("the span is");
        assertThat(cli.run("backfill p/out --set path=a.txt --file p.yaml" + PAST + "2199-01-01T00:00:00Z")
                        .err())
                .contains("name two times of the past");
    }
}
