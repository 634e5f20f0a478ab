package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Records of a topic are printed. */
final class ConsumeCommandTest extends CommandCase {

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
}
