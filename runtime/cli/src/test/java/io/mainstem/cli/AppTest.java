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
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AppTest {

    private static final String PIPELINE = """
            name: p
            sources:
              in: {connector: lines, topic: lines, options: {path: in.txt}}
            sinks:
              out: {connector: lines, topics: lines, options: {path: out.txt}}
            """;

    private static final String KEPT = "on-failure: {bad-records: dead-letters}, options: {path: out.txt}";

    @TempDir
    Path folder;

    private CommandLineHarness cli;

    @BeforeEach
    void install() throws IOException {
        cli = new CommandLineHarness(folder);
    }

    private void runLines(String lines) throws IOException {
        cli.write("in.txt", lines);
        cli.write("p.yaml", PIPELINE);
        assertThat(cli.run("run p.yaml").exitCode()).isZero();
    }

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
    void validateReportsAllProblemsAndStartsNothing() throws IOException {
        cli.write("p.yaml", PIPELINE.replace("topic:", "topc:").replace("options: {path: out.txt}", "options: {}"));

        Outcome outcome = cli.run("validate p.yaml");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).isEqualTo("""
                p.yaml:3:26: 'sources.in' has no key 'topc'; did you mean 'topic'?
                p.yaml:5:42: the connector 'lines' needs the option 'path', such as 'path: lines.txt'
                2 problems; nothing was started
                """);
        assertThat(cli.run("run p.yaml").exitCode()).isEqualTo(2);
        assertThat(folder.resolve("mainstem-data")).doesNotExist();
    }

    @Test
    void validateSaysWhatIsRight() throws IOException {
        cli.write("p.yaml", PIPELINE);

        assertThat(cli.run("validate p.yaml"))
                .isEqualTo(new Outcome(0, "p.yaml: pipeline 'p' is right: 1 source, 1 sink\n", ""));
        assertThat(cli.run("validate p.yaml --output json").out())
                .contains("\"valid\" : true", "\"name\" : \"p\"", "\"warnings\" : [ ]");
    }

    @Test
    void runMovesTheLinesAndSaysWhatItDid() throws IOException {
        cli.write("in.txt", "one\ntwo\nthree\n");
        cli.write("p.yaml", PIPELINE);

        Outcome outcome = cli.run("run p.yaml");

        assertThat(outcome.err()).isEqualTo("data folder: mainstem-data\n");
        assertThat(outcome.out()).isEqualTo("""
                source p/in read 3 records (N B) from lines (path in.txt), finished
                sink p/out wrote 3 records (N B) to lines (path out.txt), finished
                took N s
                """);
        assertThat(outcome.exitCode()).isZero();
        assertThat(cli.read("out.txt")).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void aTopicIsAlteredAndDescribed() throws IOException {
        assertThat(cli.run("topics create orders --retention 7d --segment-size 1MiB"))
                .satisfies(outcome -> assertThat(outcome.exitCode()).isZero());
        assertThat(cli.run("topics describe orders").out())
                .contains("retention        7d", "retention-size   unlimited", "keep-unread      true");
        assertThat(cli.run(
                                "topics alter orders --retention unlimited --retention-size 2GiB --keep-unread false --segment-time 90s")
                        .out())
                .isEqualTo("altered topic 'orders'\n");
        assertThat(cli.run("topics describe orders").out())
                .contains(
                        "retention        unlimited",
                        "retention-size   2.0 GiB",
                        "keep-unread      false",
                        "segment-time     90s",
                        "segment-size     1.0 MiB");
        assertThat(cli.run("topics describe orders --output json").out())
                .contains("\"retentionMillis\" : -1", "\"retentionBytes\" : 2147483648", "\"keepUnread\" : false");
        assertThat(cli.run("topics alter orders --cleanup compact-delete --delete-retention 0s --min-compaction-lag 1h"
                                + " --max-compaction-lag 2h --min-cleanable-ratio 0.1")
                        .exitCode())
                .isZero();
        assertThat(cli.run("topics describe orders").out())
                .contains(
                        "cleanup          compact-delete",
                        "delete-retention",
                        "min-compaction-lag 1h",
                        "max-compaction-lag 2h",
                        "min-cleanable-ratio 0.1",
                        "LAST COMPACTION",
                        "never");
        assertThat(cli.run("topics describe orders --output json").out())
                .contains("\"minCleanableRatio\" : 0.1", "\"cleanEnd\" : 0");
        assertThat(cli.run("topics alter orders --max-compaction-lag 1s").err())
                .contains("max compaction lag of 1000 ms is less than");
        assertThat(cli.run("topics alter orders --retention soon")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("--retention", "soon");
        });
        assertThat(cli.run("topics alter orders").exitCode()).isEqualTo(2);
        assertThat(cli.run("topics alter __schemas --retention 1d").err()).contains("Mainstem's own");
    }

    @Test
    void topicsOfMainstemsOwnAreLeftAlone() throws IOException {
        cli.write("lines.txt", "{\"a\":1}\n");
        assertThat(cli.run("topics create orders").exitCode()).isZero();
        for (String command : List.of(
                "topics delete __mainstem.schemas",
                "topics create __mainstem.more",
                "produce __mainstem.schemas --file lines.txt")) {
            assertThat(cli.run(command)).satisfies(outcome -> {
                assertThat(outcome.exitCode()).isEqualTo(1);
                assertThat(outcome.err()).contains("Mainstem's own");
            });
        }
    }

    @Test
    void partitionsAreAddedOnlyWhenKeysMayMove() {
        cli.run("topics create orders --partitions 2");
        assertThat(cli.run("topics alter orders --partitions 4")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("--move-keys");
        });
        assertThat(cli.run("topics alter orders --partitions 2 --move-keys").exitCode())
                .isEqualTo(2);
        assertThat(cli.run("topics alter orders --partitions 4 --move-keys").exitCode())
                .isZero();
        assertThat(cli.run("topics list").out()).contains("4");
        assertThat(cli.run("topics describe orders").out()).contains("\n3 ");
    }

    @Test
    void truncationLeavesWhatASinkHasNotRead() throws IOException {
        runLines("one\ntwo\nthree\n");
        assertThat(cli.run("groups reset p.out --to-offset 1").exitCode()).isZero();
        assertThat(cli.run("topics truncate lines --before 2")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("group 'p.out'", "up to offset 1 only", "--unread-too");
        });
        assertThat(cli.run("topics truncate lines --before 1").out())
                .isEqualTo("partition lines-0 begins at offset 1\n");
        assertThat(cli.run("topics truncate lines --before 2 --unread-too").out())
                .isEqualTo("partition lines-0 begins at offset 2\n");
        assertThat(cli.run("consume lines --codec text").out())
                .contains("three")
                .doesNotContain("two");
        assertThat(cli.run("topics truncate lines --before 100 --unread-too").exitCode())
                .isEqualTo(2);
        assertThat(cli.run("topics truncate lines --before-time 2000-01-01T00:00:00Z --unread-too")
                        .out())
                .isEqualTo("partition lines-0 begins at offset 2\n");
        assertThat(cli.run("topics truncate lines --before-time yesterday").exitCode())
                .isEqualTo(2);
        assertThat(cli.run("topics truncate lines --all --unread-too").out())
                .isEqualTo("partition lines-0 begins at offset 4\n");
        assertThat(cli.run("consume lines --codec text").out()).isEmpty();
        assertThat(cli.run("run p.yaml").err()).contains("records between are gone", "groups reset p.out");
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
    void aSecondRunReadsOnlyWhatIsNew() throws IOException {
        runLines("one\n");

        assertThat(cli.run("run p.yaml").out()).contains("source p/in read 0 records");
        assertThat(cli.read("out.txt")).isEqualTo("one\n");
        assertThat(cli.run("positions reset p/in").out())
                .contains("of source 'p/in'; it reads again at its next start");
        assertThat(cli.run("run p.yaml").out()).contains("source p/in read 1 records");
        assertThat(cli.read("out.txt")).isEqualTo("one\none\n");
    }

    @Test
    void deadLettersHaveAnExitCodeOfTheirOwn() throws IOException {
        cli.write("in.txt", "one\nbad\nthree\n");
        cli.write(
                "p.yaml",
                PIPELINE.replace(
                        "options: {path: in.txt}", "on-failure: {bad-records: dead}, options: {path: in.txt}"));

        Outcome outcome = cli.run("run p.yaml");

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()).contains("1 bad records are in topic 'dead'; see 'mainstem dead-letters list'");
        assertThat(cli.run("consume dead --full").out()).contains("\"bad\"", "line 2", "it says so");
    }

    @Test
    void deadLettersAreListedShownAndDropped() throws IOException {
        cli.write("in.txt", "bad\none\nbad\n");
        cli.write(
                "p.yaml",
                PIPELINE.replace(
                        "options: {path: in.txt}", "on-failure: {bad-records: dead-letters}, options: {path: in.txt}"));
        assertThat(cli.run("run p.yaml").out()).contains("2 bad records are in topic 'p.dead-letters'");

        String[] lines =
                cli.run("dead-letters list --pipeline p --source in").out().split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[1]).contains("p/in", "line 1", "open", "it says so");
        assertThat(cli.run("dead-letters list --sink out").out().split("\n")).hasSize(1);
        assertThat(cli.run("dead-letters causes").out().split("\n")).hasSize(2);
        String id = lines[1].substring(0, 16);
        assertThat(cli.run("dead-letters show " + id).out()).contains("reason", "it says so", "bad");
        Outcome replay = cli.run("dead-letters replay --all");
        assertThat(replay.exitCode()).isEqualTo(1);
        assertThat(replay.err()).contains("it has no row that could be published again");
        assertThat(cli.run("dead-letters edit " + id, "{}").err()).contains("correct it where the source reads");
        assertThat(cli.run("dead-letters drop").exitCode()).isEqualTo(2);
        for (String verb : List.of("drop", "replay")) {
            assertThat(cli.run("dead-letters " + verb + " --cause b5f23bb88aa5"))
                    .satisfies(nothing -> {
                        assertThat(nothing.exitCode()).as(verb).isEqualTo(1);
                        assertThat(nothing.err()).contains("no open dead letter is meant", "dead-letters causes");
                    });
        }
        assertThat(cli.run("dead-letters drop " + id.substring(0, 8)).out()).contains("dropped 1 dead letter;");
        for (String verb : List.of("drop ", "replay ")) {
            Outcome again = cli.run("dead-letters " + verb + id);
            assertThat(again.exitCode()).as(verb).isEqualTo(1);
            assertThat(again.err()).contains("it is dropped already");
        }
        assertThat(cli.run("dead-letters list --output json").out())
                .contains("line 3")
                .doesNotContain("line 1");
        assertThat(cli.run("dead-letters list --state dropped").out()).contains("line 1");
    }

    @Test
    void aRowThatAStepCouldNotTransformIsCorrectedAndGoesThroughTheStepsAgain() throws IOException {
        cli.write("in.txt", "one\ntwo\nthree\n");
        String steps = "transforms: [{add: {ratio: \"1 / (value.text == 'two' ? 0 : 1)\"}}]";
        cli.write(
                "p.yaml",
                PIPELINE.replace(
                        "options: {path: in.txt}",
                        "on-failure: {bad-records: dead-letters}, " + steps + ", options: {path: in.txt}"));
        assertThat(cli.run("run p.yaml").exitCode()).isEqualTo(3);
        String id = cli.run("dead-letters list").out().split("\n")[1].substring(0, 16);
        assertThat(cli.run("dead-letters show " + id).out()).contains("\"text\":\"two\"");

        assertThat(cli.run("dead-letters edit " + id, "{\"number\":2,\"txet\":\"2\"}")
                        .err())
                .contains("does not fit the row of stream 'lines'", "'text' has no value");
        assertThat(cli.run("dead-letters edit " + id + " --codec text", "2").exitCode())
                .isEqualTo(2);
        assertThat(cli.run("dead-letters edit " + id, "{\"number\":2,\"text\":\"2\"}")
                        .out())
                .contains("\"value\":{\"number\":2,\"text\":\"2\"}");
        assertThat(cli.run("dead-letters show " + id).out()).contains("\"text\":\"two\"", "corrected");
        assertThat(cli.run("dead-letters replay " + id).out())
                .contains("sent 1 dead letter to the steps of its source");

        assertThat(cli.run("run p.yaml").exitCode()).isZero();
        assertThat(cli.run("run p.yaml").exitCode()).isZero();
        assertThat(cli.read("out.txt")).isEqualTo("one\nthree\n2\n");
        assertThat(cli.run("dead-letters list --state replayed").out()).contains(id);
    }

    @Test
    void aLetterForASinkThatIsNoMoreIsNotSent() throws IOException {
        cli.write("in.txt", "one\nrefused\nthree\n");
        cli.write("p.yaml", PIPELINE.replace("options: {path: out.txt}", KEPT));
        assertThat(cli.run("run p.yaml").exitCode()).isEqualTo(3);
        cli.write("q.yaml", PIPELINE.replace("out:", "renamed:"));
        assertThat(cli.run("run q.yaml").exitCode()).isEqualTo(1);

        Outcome refused = cli.run("dead-letters replay --sink out");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("no pipeline has a sink 'p/out' that reads topic 'lines' (any more)", "--force");
        assertThat(cli.run("dead-letters list --sink out").out()).contains("open");
        assertThat(cli.run("dead-letters replay --sink out --force").exitCode()).isZero();
    }

    @Test
    void aLetterIsShownWithThePlaceAndTheTimeOfItsRecord() throws IOException {
        cli.write("in.txt", "one\nrefused\nthree\n");
        cli.write("p.yaml", PIPELINE.replace("options: {path: out.txt}", KEPT));
        assertThat(cli.run("run p.yaml").exitCode()).isEqualTo(3);
        String record = cli.run("consume lines --full --partition 0 --offset 1 --max 1")
                .out()
                .strip();
        String listed = cli.run("dead-letters list").out().split("\n")[1];
        String id = listed.substring(0, 16);

        String shown = cli.run("dead-letters show " + id).out();

        assertThat(record).contains("\"offset\":1", "\"timestamp\":\"20");
        assertThat(shown).contains(record, "time          " + listed.split(" +")[1]);
        assertThat(cli.run("dead-letters edit " + id, "{\"number\":2,\"text\":\"two\"}")
                        .out())
                .contains(record.replace("refused", "two"));
        assertThat(cli.run("consume p.dead-letters --full").out()).contains(listed.split(" +")[1]);
    }

    @Test
    void aBadRecordWithoutAPlaceToGoFails() throws IOException {
        cli.write("in.txt", "bad\n");
        cli.write("p.yaml", PIPELINE);

        Outcome outcome = cli.run("run p.yaml --output json");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).contains("\"state\" : \"failed\"", "\"exitCode\" : 1");
        assertThat(outcome.err()).contains("source p/in failed: ");
    }

    @Test
    void secretsAreNotPrinted() throws IOException {
        cli.write("in.txt", "one\n");
        cli.write(
                "p.yaml",
                PIPELINE.replace(
                        "options: {path: in.txt}",
                        "on-failure: {retry: {give-up-after: 0s}},"
                                + " options: {path: in.txt, password: \"${env:SECRET}\"}"));

        Outcome outcome = cli.run("run p.yaml");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("source p/in failed: ", "refused");
        assertThat(outcome.out() + outcome.err()).doesNotContain("hunter2");
    }

    @Test
    void aSourceThatGivesUpSaysSoAlsoWhenTheFailureIsTheSame() throws IOException {
        cli.write("in.txt", "one\n");
        cli.write(
                "p.yaml",
                PIPELINE.replace(
                        "options: {path: in.txt}",
                        "on-failure: {retry: {first-wait: 600ms, max-wait: 600ms, give-up-after: 500ms}},"
                                + " options: {path: in.txt, password: \"${env:SECRET}\"}"));

        Outcome outcome = cli.run("run p.yaml");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).containsOnlyOnce("source p/in retrying: ").containsOnlyOnce("source p/in failed: ");
    }

    @Test
    void consumePrintsRecordsAsLinesOfJson() throws IOException {
        runLines("one\ntwo\nthree\n");

        assertThat(cli.run("consume lines --max 2")).isEqualTo(new Outcome(0, """
                {"number":1,"text":"one"}
                {"number":2,"text":"two"}
                """, ""));
        assertThat(cli.run("consume lines --partition 0 --offset 2 --full").out())
                .startsWith(
                        "{\"operation\":\"create\",\"key\":{\"number\":3},\"value\":{\"number\":3,\"text\":\"three\"},")
                .endsWith("\"topic\":\"lines\",\"partition\":0,\"offset\":2}\n");
        assertThat(cli.run("consume nothing").err())
                .isEqualTo("mainstem: there is no topic 'nothing'; there are lines\n");
        assertThat(cli.run("consume lines --offset 1").err()).contains("--offset is of one partition");
    }

    @Test
    void consumeBeginsAtATime() throws Exception {
        runLines("one\ntwo\n");
        Instant between = Instant.now();
        while (!Instant.now().isAfter(between.plusMillis(1))) {
            Thread.onSpinWait();
        }
        cli.write("in.txt", "one\ntwo\nthree\n");
        assertThat(cli.run("run p.yaml").exitCode()).isZero();

        assertThat(cli.run("consume lines --from-time " + between.plusMillis(1)).out())
                .isEqualTo("{\"number\":3,\"text\":\"three\"}\n");
        assertThat(cli.run("consume lines --from-time 1h").out().lines()).hasSize(3);
        assertThat(cli.run("consume lines --from-time 2199-01-01T00:00:00Z").out())
                .isEmpty();
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
        cli.write("p.yaml", PIPELINE);
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
    void produceAppendsLinesInTheTopicsSchema() throws IOException {
        runLines("one\n");

        assertThat(cli.run("produce lines", "{\"number\":7,\"text\":\"seven\"}\n")
                        .out())
                .isEqualTo("appended 1 record to topic 'lines'\n");
        assertThat(cli.run("consume lines --full").out()).contains("\"key\":{\"number\":7}");
        assertThat(cli.run("produce lines", "{\"number\":8,\"text\":\"eight\"}\n{\"nmber\":9}\n"))
                .satisfies(outcome -> {
                    assertThat(outcome.exitCode()).isEqualTo(1);
                    assertThat(outcome.err()).contains("line 2 cannot be appended", "the 1 before it are in the topic");
                });
    }

    @Test
    void produceWritesTextAndJsonToNewTopics() {
        assertThat(cli.run("topics create words --partitions 3").out())
                .isEqualTo("created topic 'words' with 3 partitions\n");

        assertThat(cli.run("produce words --codec text", "a\nb\nc\n").exitCode())
                .isZero();
        assertThat(cli.run("produce words --codec json --key id", "{\"id\":1}\n")
                        .exitCode())
                .isZero();

        assertThat(cli.run("consume words").out().lines())
                .containsExactlyInAnyOrder("\"a\"", "\"b\"", "\"c\"", "{\"id\":1}");
    }

    @Test
    void aTopicMayBeCompressed() {
        assertThat(cli.run("topics create small --compression zstd").exitCode()).isZero();

        assertThat(cli.run("topics describe small").out()).contains("compression      zstd");
        assertThat(cli.run("topics describe small --output json").out()).contains("\"compression\" : \"zstd\"");
        String lines = "the same words\n".repeat(1000);
        assertThat(cli.run("produce small --codec text", lines).exitCode()).isZero();
        assertThat(cli.run("consume small").out()).isEqualTo("\"the same words\"\n".repeat(1000));
        assertThat(cli.run("topics describe small").out()).containsPattern("0 +0 +1000 +0 +[1-3][.0-9]+ KiB");
        assertThat(cli.run("topics create other --compression zip"))
                .isEqualTo(new Outcome(
                        2, "", "mainstem: --compression is 'zip'; it must be none, gzip, snappy, lz4 or zstd\n"));
    }

    @Test
    void topicsAreListedDescribedAndDeleted() throws IOException {
        runLines("one\ntwo\n");

        assertThat(cli.run("topics list").out()).containsPattern("TOPIC +PARTITIONS +OFFSETS +SIZE\nlines +1 +");
        assertThat(cli.run("topics list --all").out()).contains("__mainstem.positions");
        assertThat(cli.run("topics list --output json").out()).contains("\"name\" : \"lines\"");
        assertThat(cli.run("topics describe lines").out()).contains("schema           version 1", "number int64");
        assertThat(cli.run("topics delete lines").out()).isEqualTo("deleted topic 'lines'\n");
        assertThat(cli.run("topics list").out().lines()).hasSize(1);
    }

    @Test
    void groupsAreListedDescribedAndReset() throws IOException {
        runLines("one\ntwo\n");

        assertThat(cli.run("groups list").out()).containsPattern("p\\.out +lines +0 +empty +0\n");
        assertThat(cli.run("groups describe p.out").out())
                .containsPattern("lines +0 +\\d+ +\\d+ +0 +-\n\nno members\n");
        assertThat(cli.run("groups reset p.out --to-start --dry-run").out())
                .containsPattern("WOULD BE\nlines +0 +\\d+ +0\n");
        assertThat(cli.run("groups reset p.out --to-time 2000-01-01T00:00:00Z --dry-run")
                        .out())
                .containsPattern("lines +0 +\\d+ +0\n");
        assertThat(cli.run("groups describe p.out").out()).containsPattern("lines +0 +[1-9]\\d* ");
        assertThat(cli.run("groups reset p.out --to-time yesterday").err())
                .contains("--to-time is 'yesterday'; it must be a time such as");
        assertThat(cli.run("groups reset p.out --to-offset 1").out()).containsPattern("lines +0 +\\d+ +1\n");
        assertThat(cli.run("run p.yaml").out()).contains("sink p/out wrote 1 records");
        assertThat(cli.run("groups reset p.out --to-offset 99").err()).contains("lines-0 has the offsets 0 to");
        assertThat(cli.run("groups reset p.out").exitCode()).isEqualTo(2);
        assertThat(cli.run("groups describe nobody").err())
                .isEqualTo("mainstem: there is no group 'nobody'; there are p.out\n");
        assertThat(cli.run("groups delete p.out").out()).isEqualTo("deleted group 'p.out'\n");
        assertThat(cli.run("groups delete p.out").err())
                .isEqualTo("mainstem: there is no group 'p.out'; there is none at all\n");
    }

    @Test
    void positionsAreShown() throws IOException {
        runLines("one\ntwo\n");

        assertThat(cli.run("positions show").out()).containsPattern("p/in +all +lines +finished +\\{\"line\":2}");
        assertThat(cli.run("positions show p/in --output json").out()).contains("\"line\" : 2");
        assertThat(cli.run("positions show p/other").err())
                .isEqualTo("mainstem: nothing is stored of a source 'p/other'; there are p/in\n");
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
        cli.write("p.yaml", PIPELINE);

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
