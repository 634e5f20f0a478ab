package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command as a whole: its help, its mistakes, and what it runs on. */
final class AppTest extends CommandCase {

    @Test
    void helpIsAResultAndAMistakeIsNot() {
        assertThat(cli.run("--help").exitCode()).isZero();
        assertThat(cli.run("--help").out()).contains("topics create         Creates a topic.");
        assertThat(cli.run("")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err()).contains("Usage: mainstem <command>");
        });
        assertThat(cli.run("topics"))
                .satisfies(outcome -> assertThat(outcome.err()).contains("mainstem topics <command>"));
        assertThat(cli.run("run --help").out()).contains("--once", "--durability=disk|os");
        assertThat(cli.run("fly").err())
                .startsWith("mainstem: there is no command 'fly'; there are backfill, compare,");
        assertThat(cli.run("topcs list").err())
                .isEqualTo("mainstem: there is no command 'topcs'; did you mean 'topics'? See 'mainstem --help'.\n");
        assertThat(cli.run("topics lst")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err())
                    .startsWith("mainstem: there is no command 'topics lst'; did you mean 'topics list'?")
                    .contains("topics truncate");
        });
        assertThat(cli.run("run").err()).contains("Missing required parameter: 'FILE'", "mainstem run --help");
        assertThat(cli.run("version").out()).startsWith("mainstem ");
    }

    @Test
    void everyCommandDescribesItself() {
        for (Verbs.Verb verb : Verbs.all()) {
            Outcome outcome = cli.run(verb.name() + " --help");
            assertThat(outcome.exitCode()).as(verb.name()).isZero();
            assertThat(outcome.out()).contains("Usage: mainstem " + verb.name(), "-h, --help");
        }
    }

    @Test
    void theDiskBudgetIsASettingOfTheWorker() throws IOException {
        cli.write("mainstem.yaml", "disk-budget: 1MiB\n");
        assertThat(cli.run("topics create orders")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("mainstem.yaml:1:14", "disk-budget");
        });
        cli.write("mainstem.yaml", "disk-budget: 1GiB\ndisk-free: 1GiB\n");
        cli.run("topics create orders");
        try (Log log = EmbeddedLog.open(folder.resolve("mainstem-data"), EmbeddedLogOptions.defaults())) {
            assertThat(log.admin().topics()).hasSize(1);
        }
    }

    @Test
    void wrongArgumentsHaveAnExitCodeOfTheirOwn() throws IOException {
        runLines("one\n");
        for (String command : List.of(
                "topics create",
                "topics create a/b",
                "topics create ..",
                "topics create t --partitions 0",
                "topics create t --partitions -1",
                "topics create t --partitions 1000000",
                "topics create t --partitions many",
                "topics create t --retention soon",
                "topics create t --compact --cleanup delete",
                "topics create t --compact --cleanup compact-delete",
                "topics create t --cleanup none",
                "topics alter lines",
                "topics alter lines --partitions 0",
                "topics alter lines --retention soon",
                "topics truncate lines --before -1",
                "topics truncate lines --all --partition 9",
                "topics truncate lines --before-time noon",
                "consume lines --max -1",
                "consume lines --partition 9",
                "consume lines --partition 0 --offset -1",
                "consume lines --partition 0 --offset 99",
                "consume lines --offset 0",
                "consume lines --from-time noon",
                "consume lines --from-time 1h --from-beginning",
                "consume lines --codec xml",
                "produce lines --codec xml",
                "groups reset p.out --to-offset -1",
                "groups reset p.out --to-time noon",
                "groups reset p.out --to-start --partition 9",
                "groups reset p.out --to-start --to-end",
                "runs list --max x",
                "runs list --max -1",
                "dead-letters list --state gone",
                "dead-letters list --since noon",
                "dead-letters replay",
                "perf produce t --records -1",
                "status --output xml",
                "serve nowhere",
                "run none.yaml",
                "nothing at all")) {
            assertThat(cli.run(command)).as(command).satisfies(outcome -> {
                assertThat(outcome.exitCode()).isEqualTo(2);
                assertThat(outcome.err()).isNotBlank().doesNotContain("nobody planned for");
            });
        }
        assertThat(cli.run("topics create lines").exitCode()).isEqualTo(1);
        assertThat(cli.run("topics create small --compact --cleanup compact").exitCode())
                .isZero();
        assertThat(cli.run("topics list").out().lines()).hasSize(3);
    }

    @Test
    void aPortThatIsTakenEndsAServeAndNotARun() throws IOException {
        cli.write("in.txt", "one\n");
        cli.write("p.yaml", COPY);
        Files.createDirectory(folder.resolve("pipelines"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listen = " --listen 127.0.0.1:" + taken.getLocalPort();

            assertThat(cli.run("serve pipelines" + listen)).satisfies(outcome -> {
                assertThat(outcome.exitCode()).isEqualTo(4);
                assertThat(outcome.err())
                        .contains("there is no REST interface (cannot listen at 127.0.0.1:" + taken.getLocalPort())
                        .contains("choose another place with --listen");
            });
            assertThat(folder.resolve("mainstem-data"))
                    .as("nothing is left behind")
                    .doesNotExist();
            assertThat(cli.run("run p.yaml" + listen).exitCode()).isZero();
        }
    }

    @Test
    void connectorsAndTheSchemaTellWhatThereIs() {
        assertThat(cli.run("connectors list").out())
                .containsPattern("lines +source +lines 7 +Reads the lines of a file.");
        assertThat(cli.run("connectors describe lines").out())
                .contains("path: text, required, such as lines.txt", "forever: boolean, default false");
        assertThat(cli.run("connectors describe lines --output json").out()).contains("\"secret\" : false");
        assertThat(cli.run("connectors describe nothing").exitCode()).isEqualTo(1);
        assertThat(cli.run("schema pipeline").out()).contains("\"Mainstem pipeline\"", "\"forever\"");
    }

    @Test
    void aDataFolderThatIsInUseIsBusy() throws IOException {
        runLines("one\n");
        try (Log log = EmbeddedLog.open(folder.resolve("mainstem-data"), EmbeddedLogOptions.defaults())) {
            assertThat(log.admin().topic("lines")).isPresent();
            Outcome outcome = cli.run("run p.yaml");

            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.err())
                    .contains(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void settingsSayWhereThingsAreAndFlagsSayItBetter() throws IOException {
        cli.write("mainstem.yaml", "data: elsewhere\ndurability: os\n");
        cli.write("in.txt", "one\n");
        cli.write("p.yaml", COPY);

        assertThat(cli.run("run p.yaml").err()).isEqualTo("data folder: elsewhere\n");
        assertThat(cli.run("run p.yaml --data third --durability disk").err()).isEqualTo("data folder: third\n");
        assertThat(cli.run("topics list --data nowhere").err())
                .isEqualTo("mainstem: there is no data folder 'nowhere'; name one with --data\n");
        cli.write("mainstem.yaml", "dat: elsewhere\n");
        assertThat(cli.run("topics list")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("mainstem.yaml:1:1: mainstem.yaml has no key 'dat'");
        });
    }
}
