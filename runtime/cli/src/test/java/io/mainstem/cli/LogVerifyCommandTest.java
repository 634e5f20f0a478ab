package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogVerifyCommandTest extends CommandCase {

    @BeforeEach
    void write() throws IOException {
        assertThat(cli.run("topics create words").exitCode()).isZero();
        assertThat(cli.run("produce words --codec text", "one two\n").exitCode())
                .isZero();
        assertThat(cli.run("produce words --codec text", "three\n").exitCode()).isZero();
    }

    private Path log() {
        return folder.resolve("mainstem-data/words-0/00000000000000000000.log");
    }

    private void damage() throws IOException {
        byte[] bytes = Files.readAllBytes(log());
        bytes[70] ^= 1;
        Files.write(log(), bytes);
    }

    @Test
    void aSoundFolderIsSaidToBeSo() {
        Outcome outcome = cli.run("log verify");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .matches("looked at 1 partition: 1 segment, 2 batches, 2 records, .* in .* s\n"
                        + "nothing is damaged\n");
        assertThat(cli.run("log verify mainstem-data").out()).contains("nothing is damaged");
    }

    @Test
    void damageIsToldWithItsPlaceAndWhatToDo() throws IOException {
        damage();

        Outcome outcome = cli.run("log verify mainstem-data");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).startsWith("""
                DAMAGE mainstem-data/words-0/00000000000000000000.log, bytes 0 to 74, offsets 0 to 0
                       the checksum of the batch is wrong
                       the other records can be read, readers go on at offset 1; restore the data folder from a copy if \
                these are needed
                looked at 1 partition: 1 segment, 1 batch, 1 record""");
        assertThat(outcome.out()).endsWith("1 damaged\n");
    }

    @Test
    void programsGetJson() throws IOException {
        damage();

        Outcome outcome = cli.run("log verify mainstem-data --output json");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out())
                .contains(
                        "\"kind\" : \"mainstem\"",
                        "\"sound\" : false",
                        "\"damages\" : 1",
                        "\"severity\" : \"damage\"",
                        "\"subject\" : \"batch\"",
                        "\"position\" : 0",
                        "\"endPosition\" : 75",
                        "\"firstOffset\" : 0",
                        "\"nextOffset\" : 1",
                        "\"whatToDo\" : ");
    }

    @Test
    void notesAreShownWhenTheyAreAskedFor() throws IOException {
        Files.writeString(log().resolveSibling("mine.txt"), "x");

        assertThat(cli.run("log verify").out()).doesNotContain("mine.txt");
        assertThat(cli.run("log verify --notes").out())
                .startsWith("note   mainstem-data/words-0/mine.txt\n       it is no file of a log\n");
    }

    @Test
    void aFolderThatIsOpenIsLookedAtAllTheSame() {
        try (Log log = EmbeddedLog.open(folder.resolve("mainstem-data"), EmbeddedLogOptions.defaults())) {
            assertThat(log.admin().topic("words")).isPresent();
            Outcome outcome = cli.run("log verify");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.err()).startsWith("a process has 'mainstem-data' open;");
        }
    }

    @Test
    void whatIsNoDataFolderIsAMistakeAndNoDamage() throws IOException {
        assertThat(cli.run("log verify nowhere"))
                .isEqualTo(new Outcome(2, "", "mainstem: there is no folder 'nowhere'; name the one to look at\n"));
        Files.createDirectories(folder.resolve("other"));
        assertThat(cli.run("log verify other")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).startsWith("mainstem: 'other' is no data folder");
        });
    }

    @Test
    void whatIsDamagedOrMissingIsToldAndEverythingElseIsPrinted() throws IOException {
        assertThat(cli.run("topics create numbers --segment-size 16KiB").exitCode())
                .isZero();
        for (int part = 0; part < 6; part++) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                lines.append("number ").append(part * 500 + i).append('\n');
            }
            assertThat(cli.run("produce numbers --codec text", lines.toString()).exitCode())
                    .isZero();
        }
        List<Path> segments;
        try (Stream<Path> files = Files.list(folder.resolve("mainstem-data/numbers-0"))) {
            segments = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
        assertThat(segments).hasSizeGreaterThan(3);
        byte[] first = Files.readAllBytes(segments.get(0));
        first[100] ^= 1;
        Files.write(segments.get(0), first);
        Files.delete(segments.get(2));

        Outcome outcome = cli.run("consume numbers");

        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.err().lines()).as("%s", outcome).hasSize(2);
        assertThat(outcome.err())
                .contains("offsets 0 to ", " are damaged in ", " are missing: ", "the next file begins behind them");
        assertThat(outcome.out().lines().count()).isBetween(1_000L, 2_500L);
        assertThat(outcome.out()).endsWith("number 2999\"\n");
    }

    @Test
    void ofManyFailuresTheFirstAreToldAndTheOthersCounted() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 25; i++) {
            lines.append("no json\n");
        }
        assertThat(cli.run("produce words --codec text", lines.toString()).exitCode())
                .isZero();

        Outcome outcome = cli.run("consume words --codec json");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err().lines()).hasSize(11).last().asString().startsWith("and 17 more such failures");
    }

    @Test
    void compressionAndTimestampsCanBeAltered() {
        assertThat(cli.run("topics alter words --compression zstd --timestamps append-time")
                        .exitCode())
                .isZero();
        assertThat(cli.run("topics describe words").out()).contains("zstd", "append");
        assertThat(cli.run("topics alter words --timestamps sometimes").err())
                .contains("must be one of append-time, create-time");
        assertThat(cli.run("topics alter words --segment-size 1KiB").err())
                .contains("must be from 16KiB to 2147483647");
    }
}
