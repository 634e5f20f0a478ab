package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands while a worker has the data folder: a real log, a real worker and a real port. */
final class SharedCommandsTest extends CommandCase {

    private static final String PIPELINE = """
            name: p
            sources:
              in: {connector: lines, topic: lines, options: {path: in.txt}, on-failure: {bad-records: dead}}
              later: {connector: lines, topic: "more.{stream}", options: {path: none.txt}}
            sinks:
              out: {connector: lines, topics: [lines], options: {path: out.txt}}
            """;

    private PluginCatalog catalog;
    private Log log;
    private Worker worker;
    private ControlServer server;

    /** One source is at its end, the other tries again and again, so that the worker goes on. */
    @BeforeEach
    void startAWorker() throws Exception {
        cli.write("in.txt", "one\ntwo\n");
        cli.write("old.yaml", PIPELINE.replace("name: p", "name: old").replaceAll(" +later.*\n", ""));
        assertThat(cli.run("run old.yaml").exitCode()).isZero();
        Path data = folder.resolve("mainstem-data");
        catalog = PluginLoader.load(folder.resolve("plugins"));
        PipelineSet.Valid set = (PipelineSet.Valid)
                PipelineReader.read(List.of(Files.writeString(folder.resolve("p.yaml"), PIPELINE)), catalog, Map.of());
        log = EmbeddedLog.open(data, EmbeddedLogOptions.defaults());
        worker = Worker.start(log, set.pipelines(), WorkerOptions.of(set.secrets(), Clock.systemUTC(), new Random(1)));
        server = ControlServer.open(data, new OwnerCommands(new Owner(log, worker)));
    }

    @AfterEach
    void stopTheWorker() throws IOException {
        server.close();
        worker.close();
        log.close();
        catalog.close();
    }

    @Test
    void commandsLookIntoTheLogThatAWorkerHas() {
        assertThat(cli.run("topics list").out()).containsPattern("lines +1 +");
        assertThat(cli.run("topics describe lines --output json").out()).contains("\"lines\"");
        assertThat(cli.run("groups list").out()).contains("old.out");
        assertThat(cli.run("groups describe old.out").out()).containsPattern("lines +0 +");
        assertThat(cli.run("positions show old/in").out()).contains("{\"line\":2}");
        assertThat(cli.run("consume lines --max 1")).isEqualTo(new Outcome(0, "{\"number\":1,\"text\":\"one\"}\n", ""));
    }

    @Test
    void whatACommandSaysAndItsExitCodeComeBack() {
        assertThat(cli.run("consume nothing")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err()).startsWith("mainstem: there is no topic 'nothing'; there are ");
        });
        assertThat(cli.run("groups reset old.out").exitCode()).isEqualTo(2);
        assertThat(cli.run("topics list --fast").err()).contains("Unknown option: '--fast'");
    }

    @Test
    void theWorkerOfARunIsNotPaused() {
        Awaiting.until(
                Duration.ofSeconds(30),
                () -> cli.run("pipelines list").out(),
                out -> Pattern.compile("p +retrying +2 ").matcher(out).find());
        assertThat(cli.run("pipelines pause p")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.err()).contains("'mainstem run'");
        });
    }

    @Test
    void inputGoesToTheWorker() {
        assertThat(cli.run("topics create words").exitCode()).isZero();

        assertThat(cli.run("produce words --codec text", "größer\n€\n"))
                .isEqualTo(new Outcome(0, "appended 2 records to topic 'words'\n", ""));
        assertThat(cli.run("produce words", "{\"a\":1}\nno json\n" + "x".repeat(1 << 20)))
                .satisfies(outcome -> {
                    assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
                    assertThat(outcome.err()).contains("line 2 cannot be appended", "the 1 before it are in the topic");
                });
        assertThat(cli.run("consume words").out()).isEqualTo("\"größer\"\n\"€\"\n{\"a\":1}\n");
    }

    @Test
    void aFileIsReadHereAndSentToTheWorker() throws IOException {
        cli.write("records.txt", "a=one\nb=two\n");
        assertThat(cli.run("topics create words").exitCode()).isZero();

        assertThat(cli.run("produce words --codec text --key-separator = --file records.txt"))
                .isEqualTo(new Outcome(0, "appended 2 records to topic 'words'\n", ""));
        assertThat(cli.run("produce words --file nothing.txt").exitCode()).isEqualTo(2);
        assertThat(cli.run("consume words --full").out()).contains("\"key\":\"a\",\"value\":\"one\"");
    }

    @Test
    void aFolderIsVerifiedWhileAWorkerHasIt() {
        assertThat(cli.run("log verify")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.err()).contains("a process has 'mainstem-data' open");
        });
        assertThat(cli.run("perf consume lines").exitCode()).isEqualTo(4);
    }

    @Test
    void anArgumentIsNeverTheNameOfAFile() throws IOException {
        Path file = cli.write("arguments", "lines\n");

        assertThat(cli.run("consume @" + file).err()).startsWith("mainstem: there is no topic '@");
    }

    @Test
    void whatTheWorkerUsesIsKept() {
        String pid = Long.toString(ProcessHandle.current().pid());

        assertThat(cli.run("topics create dead").exitCode()).isZero();
        for (String command : List.of(
                "topics delete lines",
                "topics delete dead",
                "topics delete __mainstem.positions",
                "groups reset p.out --topic lines --to-start",
                "groups delete p.out",
                "positions reset p/in")) {
            assertThat(cli.run(command)).as(command).satisfies(outcome -> {
                assertThat(outcome.exitCode()).isEqualTo(4);
                assertThat(outcome.err()).contains("in process " + pid + "; stop that process first");
            });
        }
        assertThat(cli.run("produce __mainstem.schemas --codec text", "x\n").exitCode())
                .isEqualTo(4);
        assertThat(log.admin().topic("lines")).isPresent();
    }

    @Test
    void theMembersOfAGroupAreShownWhileTheWorkerRuns() {
        Awaiting.until(
                Duration.ofSeconds(20),
                () -> cli.run("groups describe p.out").out(),
                text -> text.lines().anyMatch(line -> line.matches("lines +0 +\\d+ +\\d+ +0 +member-1"))
                        && text.lines().anyMatch(line -> line.matches("member-1 +connected +lines-0")));
        assertThat(cli.run("groups list").out()).containsPattern("p\\.out +lines +0 +stable +1\n");
        assertThat(cli.run("groups describe p.out --output json").out())
                .contains("\"state\" : \"stable\"", "\"assignment\" : [ \"lines-0\" ]");
        assertThat(cli.run("groups reset p.out --to-start --dry-run").out()).containsPattern("WOULD BE\nlines +0 +");
    }

    @Test
    void whatTheWorkerDoesNotUseCanBeChanged() {
        assertThat(cli.run("topics create unused").exitCode()).isZero();
        assertThat(cli.run("topics delete unused").out()).isEqualTo("deleted topic 'unused'\n");
        assertThat(cli.run("groups reset old.out --to-start").exitCode()).isZero();
        assertThat(cli.run("groups delete old.out").out()).isEqualTo("deleted group 'old.out'\n");
        assertThat(cli.run("groups list").out()).doesNotContain("old.out");
        assertThat(cli.run("positions reset old/in").out()).contains("of source 'old/in'");
    }

    @Test
    void aTopicThatASourceMayComeToWriteIsKept() {
        assertThat(cli.run("topics create more.other").exitCode()).isZero();

        assertThat(cli.run("topics delete more.other").err())
                .startsWith("mainstem: topic 'more.other' is used by pipeline 'p'");
    }

    @Test
    void topicsAreAlteredAndTruncatedDuringTheRun() {
        assertThat(cli.run("topics alter lines --retention 7d"))
                .satisfies(outcome -> assertThat(outcome.out()).isEqualTo("altered topic 'lines'\n"));
        assertThat(cli.run("topics describe lines").out()).contains("retention        7d");
        assertThat(cli.run("topics alter lines --partitions 2 --move-keys")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.err()).contains("topic 'lines' is used by pipeline 'p'");
        });
        assertThat(cli.run("topics truncate lines --before 0").out())
                .isEqualTo("partition lines-0 begins at offset 0\n");
    }

    @Test
    void statusTellsHowItGoesAndWhyNot() {
        Awaiting.until(
                Duration.ofSeconds(20),
                () -> cli.run("status").out(),
                text -> text.contains("none.txt")
                        && text.lines().anyMatch(line -> line.matches("sink p/out .* 0 +0 .*")));

        assertThat(cli.run("status").out())
                .containsPattern("TASK +STATE +RECORDS +LAG +DEAD LETTERS +DELIVERY +FAILURE")
                .containsPattern("source p/in +finished +2 +- +0 +- +-")
                .containsPattern("source p/later +retrying +0 +- +0 +- +java.nio.file.NoSuchFileException: .*none.txt");
        assertThat(cli.run("status").out())
                .containsPattern("sink p/out +running +.* +at-least-once +-")
                .contains("at-least-once: connector 'lines' keeps no offsets in the target");
        assertThat(cli.run("status --output json").out())
                .contains("\"mode\" : \"at-least-once\"", "\"reason\" : \"connector 'lines' ");
        assertThat(cli.run("status").out()).containsPattern("log: .* used, .* free on the disk");
        assertThat(cli.run("status --output json").out()).contains("\"disk\" : {", "\"usedBytes\" : ");
        assertThat(cli.run("status --output json").out())
                .contains("\"pid\" : " + ProcessHandle.current().pid(), "\"state\" : \"retrying\"", "\"failure\" : ");
    }

    @Test
    void topShowsThePipelinesAgainAndAgain() {
        assertThat(cli.run("top --count 2").out())
                .startsWith("worker " + ProcessHandle.current().pid() + ", mainstem ")
                .containsPattern("pipelines: 1 (retrying|running)\n\nPIPELINE +STATE +READ/S +WRITTEN/S +LAG")
                .containsPattern("\np +(retrying|running) +\\d+ +\\d+ +");
        assertThat(cli.run("top --every 0").exitCode()).isEqualTo(2);
    }

    @Test
    void aSecondRunIsBusyAsBefore() {
        assertThat(cli.run("run old.yaml")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.err())
                    .contains("in use by process " + ProcessHandle.current().pid());
        });
    }

    @Test
    void withoutAWorkerThereIsNoStatus() throws IOException {
        stopTheWorker();

        assertThat(cli.run("status")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.err()).startsWith("mainstem: no worker runs on the data folder 'mainstem-data'");
        });
        assertThat(cli.run("topics list").exitCode()).isZero();
    }

    @Test
    void withoutAPortTheFolderIsBusy() throws IOException {
        server.close();

        assertThat(cli.run("topics list")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.err()).contains("is in use by process");
        });
    }

    @Test
    void onlyCommandsOfTheLogAreRunForOthers() {
        List<String> shared = Verbs.all().stream()
                .filter(Verbs.Verb::isShared)
                .map(Verbs.Verb::name)
                .toList();

        assertThat(shared)
                .containsExactly(
                        "plan",
                        "compare",
                        "status",
                        "top",
                        "pipelines list",
                        "pipelines pause",
                        "pipelines resume",
                        "pipelines restart",
                        "runs list",
                        "runs show",
                        "runs start",
                        "backfill",
                        "topics list",
                        "topics describe",
                        "topics create",
                        "topics alter",
                        "topics truncate",
                        "topics delete",
                        "consume",
                        "produce",
                        "groups list",
                        "groups describe",
                        "groups delete",
                        "groups reset",
                        "positions show",
                        "positions reset",
                        "dead-letters list",
                        "dead-letters causes",
                        "dead-letters show",
                        "dead-letters edit",
                        "dead-letters replay",
                        "dead-letters drop");
        OwnerCommands commands = new OwnerCommands(new Owner(log, worker));
        assertThat(commands.accepts(List.of("topics", "list"))).isTrue();
        assertThat(commands.accepts(List.of("run", "p.yaml"))).isFalse();
        assertThat(commands.accepts(List.of("help"))).isFalse();
        assertThat(commands.accepts(List.of())).isFalse();
    }
}
