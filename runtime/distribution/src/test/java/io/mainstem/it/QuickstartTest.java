package io.mainstem.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new user does first. */
final class QuickstartTest {

    private static final int ROWS = 3_376;
    private static final String NEW_ROWS =
            "ZZX,\"Test, North\",Nowhere,NA,USA,1.5,-2.25\nZZY,Test South,Nowhere,WA,USA,1.25,-3\n";

    @TempDir
    Path folder;

    private Path examples;
    private Path csv;
    private Database database;

    @BeforeEach
    void copyTheExamples() throws IOException {
        examples = Examples.copyTo(folder);
        csv = examples.resolve("data/airports.csv");
        database = Database.sqlite(examples.resolve("output/airports.db"));
    }

    private Mainstem.Outcome run() throws Exception {
        Mainstem.Outcome outcome = Mainstem.in(folder).run("run", "config-examples/quickstart.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        return outcome;
    }

    @Test
    void everyRowArrivesInBothTargetsAsItWasMeant() throws Exception {
        Mainstem.Outcome outcome = run();

        assertThat(database.row("SELECT count(*), count(DISTINCT iata) FROM airports"))
                .isEqualTo(ROWS + "|" + ROWS);
        assertThat(database.row("SELECT name, city, latitude FROM airports WHERE iata = 'DBN'"))
                .isEqualTo("W. H. \"Bud\" Barron|Dublin|32.56445806");
        assertThat(database.row("SELECT count(*) FROM airports WHERE city IS NULL"))
                .as("NA means that the city is not known")
                .isEqualTo("12");
        assertThat(database.row("SELECT name FROM airports WHERE iata = '0E0'")).isEqualTo("Moriarty");
        assertThat(lines()).hasSize(ROWS).doesNotHaveDuplicates().anyMatch(line -> line.contains("\"0E0\""));
        assertThat(outcome.all())
                .as("says what it did and where the results are")
                .contains("3,376")
                .contains("output/airports.db")
                .contains("output/airports");
    }

    @Test
    void runningItAgainAddsNothing() throws Exception {
        run();
        List<String> before = lines();

        run();

        assertThat(database.number("SELECT count(*) FROM airports")).isEqualTo(ROWS);
        assertThat(lines()).isEqualTo(before);
    }

    @Test
    void rowsAddedAtTheEndOfTheFileAreAllThatComesNext() throws Exception {
        run();

        Files.writeString(csv, NEW_ROWS, StandardOpenOption.APPEND);
        run();

        assertThatOnlyTheNewRowsCame();
    }

    @Test
    void rowsAddedByAnEditorThatReplacesTheFileAreAllThatComesNext() throws Exception {
        run();

        Path edited = Files.writeString(folder.resolve("edited"), Files.readString(csv) + NEW_ROWS);
        Files.move(edited, csv, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        run();

        assertThatOnlyTheNewRowsCame();
    }

    private void assertThatOnlyTheNewRowsCame() throws Exception {
        assertThat(database.number("SELECT count(*) FROM airports")).isEqualTo(ROWS + 2);
        assertThat(database.row("SELECT name, state FROM airports WHERE iata = 'ZZX'"))
                .isEqualTo("Test, North|null");
        assertThat(lines()).hasSize(ROWS + 2).doesNotHaveDuplicates();
    }

    @Test
    void theLogCanBeLookedInto() throws Exception {
        run();
        Mainstem mainstem = Mainstem.in(folder);

        assertThat(mainstem.run("topics", "list").out()).contains("airports");
        assertThat(mainstem.run("topics", "describe", "airports").out()).contains("iata string not null");
        assertThat(mainstem.run("consume", "airports", "--max", "3").out().lines())
                .hasSize(3)
                .first()
                .asString()
                .contains("Thigpen");
    }

    /** The lines of all files that the file sink has published. */
    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(examples.resolve("output/airports"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file, UTF_8));
            }
        }
        return lines;
    }
}
