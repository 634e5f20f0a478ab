package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole schema is copied with one file, and every table is the same afterwards. */
final class WholeSchemaTest {

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    private static String source;

    @TempDir
    Path folder;

    private Mainstem mainstem;

    @BeforeAll
    static void makeSource() throws Exception {
        source = POSTGRES.newUrl();
        SampleTables.makeWithRows(Database.at(source));
    }

    @BeforeEach
    void writePipeline() throws Exception {
        Files.writeString(folder.resolve("copy.yaml"), SampleTables.resource("copy.yaml"));
        mainstem = Mainstem.in(folder).with("SOURCE_URL", source);
    }

    private static Mainstem.Outcome copy(Mainstem mainstem) throws Exception {
        Mainstem.Outcome outcome = mainstem.run("run", "--once", "copy.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        return outcome;
    }

    /** Which rows there are, by their places and the transactions that wrote them. */
    private static Map<String, String> traces(Database database) throws Exception {
        Map<String, String> traces = new TreeMap<>();
        for (String table : SampleTables.names(database)) {
            traces.put(
                    table,
                    database.row(
                            "SELECT md5(string_agg(concat(tableoid, ctid, xmin), ',' ORDER BY tableoid, ctid)) FROM "
                                    + table));
        }
        return traces;
    }

    @Test
    void intoTheSameTablesOfAnotherPostgresqlWhoseForeignKeysHold() throws Exception {
        String url = POSTGRES.newUrl();
        Database from = Database.at(source);
        Database to = Database.at(url);
        SampleTables.make(to);
        Mainstem copier = mainstem.with("TARGET_URL", url)
                .with("TARGET_USER", "postgres")
                .with("TARGET_TABLE", "rental.{topic.last}")
                .with("TARGET_MUSIC", "chinook.{topic.last}")
                .with("TARGET_PRICES", "\"Rental Shop\".\"Price \"\"List\"\"\"")
                .with("TARGET_PRICE", "PRICE")
                .with("TARGET_CREATE", "false");

        copy(copier);
        Map<String, String> expected = SampleTables.digests(from);
        assertThat(expected).hasSizeGreaterThan(30);
        assertThat(SampleTables.digests(to)).isEqualTo(expected);

        Map<String, String> traces = traces(to);
        copy(copier);
        assertThat(traces(to)).as("a second run writes nothing").isEqualTo(traces);

        from.execute(
                "UPDATE rental.film SET title = 'New ' || film_id, last_update = now() WHERE film_id % 100 = 0; INSERT INTO"
                        + " rental.rental OVERRIDING SYSTEM VALUE VALUES (20000, now(), 1, 1, NULL, 1, now()); INSERT INTO rental.payment"
                        + " OVERRIDING SYSTEM VALUE VALUES (20000, 1, 1, 20000, 1.5, now())");
        copy(copier);
        assertThat(SampleTables.digests(to))
                .as("a third run brings the changes")
                .isEqualTo(SampleTables.digests(from));
    }

    @Test
    void intoTablesOfSqliteThatTheSinkMakes() throws Exception {
        copy(mainstem.with("TARGET_URL", "jdbc:sqlite:copy.db")
                .with("TARGET_USER", "nobody")
                .with("TARGET_TABLE", "{topic.last}")
                .with("TARGET_MUSIC", "music_{topic.last}")
                .with("TARGET_PRICES", "price-list")
                .with("TARGET_PRICE", "other price")
                .with("TARGET_CREATE", "true"));

        List<String> wrong = new ArrayList<>();
        for (String table : SampleTables.names(Database.at(source))) {
            wrong.addAll(CanonicalRows.differences(
                    source, table, "jdbc:sqlite:" + folder.resolve("copy.db"), SampleTables.nameOfCopy(table)));
        }
        assertThat(wrong.stream().limit(3)).isEmpty();
    }
}
