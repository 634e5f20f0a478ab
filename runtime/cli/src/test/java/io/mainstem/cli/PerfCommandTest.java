package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.cli.CommandLineHarness.Outcome;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PerfCommandTest extends CommandCase {

    private JsonNode result(String command) throws IOException {
        Outcome outcome = cli.run(command);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines()).hasSize(1);
        assertThat(outcome.err()).contains("all: ", " records/s, ", " MB/s, latency p50 ");
        return new ObjectMapper().readTree(outcome.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " --transaction 300",
                " --linger 1ms --batch-size 4KiB",
                " --compression zstd",
                " --durability os"
            })
    void whatIsProducedIsThereAndIsConsumed(String options) throws IOException {
        JsonNode produced = result("perf produce --records 2001 --size 50 --threads 2" + options);

        assertThat(produced.get("records").asLong()).isEqualTo(2_001);
        assertThat(produced.get("bytes").asLong()).isEqualTo(2_001 * 50);
        assertThat(produced.get("recordsPerSecond").asLong()).isPositive();
        assertThat(produced.get("latencyMillis").get("p50").asDouble())
                .isLessThanOrEqualTo(produced.get("latencyMillis").get("max").asDouble());

        JsonNode consumed = result("perf consume");
        assertThat(consumed.get("records").asLong()).isEqualTo(2_001);
        assertThat(consumed.get("bytes").asLong()).isEqualTo(2_001 * 50);
        assertThat(consumed.get("compression").asText()).isEqualTo(options.contains("zstd") ? "zstd" : "none");
    }

    @Test
    void settingsAreInTheResult() throws IOException {
        JsonNode produced =
                result("perf produce speed --records 10 --size 1KiB --batch-size 8KiB --partitions 3 --threads 3"
                        + " --compression lz4 --durability os --transaction 4");

        assertThat(produced.toString())
                .startsWith(
                        "{\"what\":\"produce\",\"topic\":\"speed\",\"size\":1024,\"batchBytes\":8192,\"lingerMillis\":0,"
                                + "\"transaction\":4,\"threads\":3,\"partitions\":3,\"compression\":\"lz4\",\"durability\":\"os\","
                                + "\"records\":10,\"bytes\":10240,");
        assertThat(result("perf consume speed --threads 2 --records 5")
                        .get("records")
                        .asLong())
                .isBetween(5L, 10L);
    }

    @Test
    void mistakesAreTold() {
        assertThat(cli.run("perf produce --size big")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).startsWith("mainstem: --size is 'big'; it must be a size");
        });
        assertThat(cli.run("perf produce --threads 0").err()).contains("--threads is 0; it must be from 1 to 64");
        assertThat(cli.run("perf produce --transaction -1").exitCode()).isEqualTo(2);
        assertThat(cli.run("perf produce --records 1").exitCode()).isZero();
        assertThat(cli.run("perf produce --records 1 --compression lz4").err())
                .startsWith("mainstem: topic 'perf' is there, with compression none and 1 partition(s)");
        assertThat(cli.run("perf consume --threads 2").err()).contains("--threads is 2; it must be from 1 to 1");
        assertThat(cli.run("perf consume nothing").exitCode()).isEqualTo(1);
    }

    @Test
    void aFolderThatIsInUseIsBusy() {
        try (Log log = EmbeddedLog.open(folder.resolve("mainstem-data"), EmbeddedLogOptions.defaults())) {
            assertThat(log.admin().topics()).isEmpty();
            assertThat(cli.run("perf produce").exitCode()).isEqualTo(4);
        }
    }

    @Test
    void percentilesAreAsNearAsTheirBuckets() {
        LatencyHistogram histogram = new LatencyHistogram();
        assertThat(histogram.millis(50)).isZero();
        for (long micros = 1; micros <= 100_000; micros++) {
            histogram.record(micros * 1_000);
        }
        assertThat(histogram.count()).isEqualTo(100_000);
        for (double percent : new double[] {0.01, 1, 50, 90, 99, 99.9, 100}) {
            assertThat(histogram.millis(percent)).isBetween(percent * 0.999, percent * 1.034 + 0.001);
        }
        histogram.record(Long.MAX_VALUE);
        histogram.record(-5);
        assertThat(histogram.count()).isEqualTo(100_002);
    }
}
