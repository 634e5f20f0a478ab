package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A pipeline is looked at and run: what that says, and how it ends. */
final class RunCommandTest extends CommandCase {

    @Test
    void validateReportsAllProblemsAndStartsNothing() throws IOException {
        cli.write("p.yaml", COPY.replace("topic:", "topc:").replace("options: {path: out.txt}", "options: {}"));

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
        cli.write("p.yaml", COPY);

        assertThat(cli.run("validate p.yaml"))
                .isEqualTo(new Outcome(0, "p.yaml: pipeline 'p' is right: 1 source, 1 sink\n", ""));
        assertThat(cli.run("validate p.yaml --output json").out())
                .contains("\"valid\" : true", "\"name\" : \"p\"", "\"warnings\" : [ ]");
    }

    @Test
    void runMovesTheLinesAndSaysWhatItDid() throws IOException {
        cli.write("in.txt", "one\ntwo\nthree\n");
        cli.write("p.yaml", COPY);

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
                COPY.replace("options: {path: in.txt}", "on-failure: {bad-records: dead}, options: {path: in.txt}"));

        Outcome outcome = cli.run("run p.yaml");

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()).contains("1 bad records are in topic 'dead'; see 'mainstem dead-letters list'");
        assertThat(cli.run("consume dead --full").out()).contains("\"bad\"", "line 2", "it says so");
    }

    @Test
    void aBadRecordWithoutAPlaceToGoFails() throws IOException {
        cli.write("in.txt", "bad\n");
        cli.write("p.yaml", COPY);

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
                COPY.replace(
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
                COPY.replace(
                        "options: {path: in.txt}",
                        "on-failure: {retry: {first-wait: 600ms, max-wait: 600ms, give-up-after: 500ms}},"
                                + " options: {path: in.txt, password: \"${env:SECRET}\"}"));

        Outcome outcome = cli.run("run p.yaml");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).containsOnlyOnce("source p/in retrying: ").containsOnlyOnce("source p/in failed: ");
    }
}
