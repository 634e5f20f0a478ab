package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Topics are made, looked at, changed and cut. */
final class TopicsCommandTest extends CommandCase {

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
}
