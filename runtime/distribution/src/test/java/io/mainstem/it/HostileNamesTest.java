package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Names that come from outside, the header of a file, and end in the SQL of a real PostgreSQL. */
final class HostileNamesTest {

    private static final List<String> HEADER = List.of(
            "id",
            "x\"); DROP TABLE precious; --",
            "'; DELETE FROM precious; --",
            "select",
            "a b\tc",
            "ünï-cödé €",
            "$1",
            "?",
            "back\\slash",
            "{value.id}",
            "%s");

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    private Database database;
    private String url;

    @BeforeEach
    void makeSomethingPrecious() throws Exception {
        url = POSTGRES.newUrl();
        database = Database.at(url);
        database.execute("CREATE TABLE precious (id int)");
        database.execute("INSERT INTO precious VALUES (1)");
    }

    private Mainstem.Outcome run(List<String> header, String table, String mode) throws Exception {
        StringBuilder text = new StringBuilder();
        header.forEach(name -> text.append(text.isEmpty() ? "" : ",")
                .append('"')
                .append(name.replace("\"", "\"\""))
                .append('"'));
        for (int row = 1; row <= 2; row++) {
            text.append('\n').append(row);
            for (int column = 1; column < header.size(); column++) {
                text.append(",v").append(row).append(column);
            }
        }
        Files.writeString(folder.resolve("rows.csv"), text.append('\n'));
        Files.writeString(folder.resolve("p.yaml"), """
                name: p
                sources: {in: {connector: file, topic: rows, options: {path: rows.csv}}}
                sinks:
                  out:
                    connector: jdbc
                    topics: [rows]
                    options: {url: "%s", user: postgres, table: '%s', mode: %s}
                    on-failure: {retry: {give-up-after: 0s}}
                """.formatted(url, table.replace("'", "''"), mode));
        return Mainstem.in(folder).run("run", "p.yaml");
    }

    private void assertNothingElseHappened() throws Exception {
        assertThat(database.row("SELECT count(*) FROM precious")).isEqualTo("1");
    }

    @Test
    void namesOfColumnsAreNamesAndNothingElse() throws Exception {
        Mainstem.Outcome outcome = run(HEADER, "rows", "insert");

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(database.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'rows'"
                        + " ORDER BY ordinal_position"))
                .containsExactlyElementsOf(HEADER);
        assertThat(database.row("SELECT count(*), max(\"x\"\"); DROP TABLE precious; --\") FROM rows"))
                .isEqualTo("2|v21");
        assertNothingElseHappened();
    }

    @Test
    void theNameOfATableIsANameAndNothingElse() throws Exception {
        String table = "t'); DROP TABLE precious; --";

        Mainstem.Outcome outcome = run(List.of("id", "name"), table, "insert");

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(database.row("SELECT count(*) FROM \"" + table + "\"")).isEqualTo("2");
        Mainstem.Outcome refused = run(List.of("id", "name"), "t\"; DROP TABLE precious; --", "insert");
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(2);
        assertNothingElseHappened();
    }

    @Test
    void namesThatTheDatabaseWouldCutAreRefusedAndNotConfused() throws Exception {
        String same = "c".repeat(63);

        Mainstem.Outcome outcome = run(List.of("id", same + "1", same + "2"), "rows", "insert");

        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.err()).contains("63").contains(same + "1");
        assertThat(database.number("SELECT count(*) FROM rows")).isZero();
    }
}
