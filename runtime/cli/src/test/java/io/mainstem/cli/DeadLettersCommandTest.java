package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dead letters are looked at, corrected, sent again and dropped. */
final class DeadLettersCommandTest extends CommandCase {

    private static final String KEPT = "on-failure: {bad-records: dead-letters}, options: {path: out.txt}";

    @Test
    void deadLettersAreListedShownAndDropped() throws IOException {
        cli.write("in.txt", "bad\none\nbad\n");
        cli.write(
                "p.yaml",
                COPY.replace(
                        "options: {path: in.txt}", "on-failure: {bad-records: dead-letters}, options: {path: in.txt}"));
        assertThat(cli.run("run p.yaml").out()).contains("2 bad records are in topic 'p.dead-letters'");

        String[] lines =
                cli.run("dead-letters list --pipeline p --source in").out().split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[1]).contains("p/in", "line 1", "open", "it says so");
        assertThat(cli.run("dead-letters list --sink out").out().split("\n")).hasSize(1);
        for (String verb : List.of("list", "causes", "replay --all", "drop --all")) {
            Outcome misspelt = cli.run("dead-letters " + verb + " --pipeline q --sink out --source in");
            assertThat(misspelt.exitCode()).as(verb).isZero();
            assertThat(misspelt.err())
                    .contains("there is no dead letter of pipeline 'q'; there are some of p", "of sink 'out'")
                    .doesNotContain("source");
        }
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
                COPY.replace(
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
        cli.write("p.yaml", COPY.replace("options: {path: out.txt}", KEPT));
        assertThat(cli.run("run p.yaml").exitCode()).isEqualTo(3);
        cli.write("q.yaml", COPY.replace("out:", "renamed:"));
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
        cli.write("p.yaml", COPY.replace("options: {path: out.txt}", KEPT));
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
}
