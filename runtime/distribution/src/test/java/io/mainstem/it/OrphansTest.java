package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of rows whose parents never come, copied into a PostgreSQL that wants them: one wait, and only what landed is counted. */
final class OrphansTest {

    private static final Duration MUCH = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    /** A source of tables. */
    private static String tables(String url, String tables) {
        return "shop: {connector: jdbc, topic: \"{stream}\", options: {url: \"%s\", user: postgres, tables: %s}}"
                .formatted(url, tables);
    }

    /** Writes a pipeline from sources into the tables of a database whose foreign keys hold. */
    private void write(String sources, String topics, String to, String options, String letters) throws IOException {
        Files.writeString(folder.resolve("copy.yaml"), """
                name: copy
                sources: {%s}
                sinks:
                  copy:
                    connector: jdbc
                    topics: %s
                    options: {url: "%s", user: postgres, table: "public.{topic.last}", mode: upsert, %s}
                    on-failure: {bad-records: {to: %s}}
                """.formatted(sources, topics, to, options, letters));
    }

    /** Runs the pipeline, which ends with this exit code. */
    private Mainstem.Outcome copy(int exitCode) throws Exception {
        Mainstem.Outcome outcome = Mainstem.in(folder).run("run", "--once", "copy.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(exitCode);
        return outcome;
    }

    @Test
    void thousandsOfRowsWithoutParentsWaitForNoLongerThanAnythingCanComeAndAreNotCountedAsWritten() throws Exception {
        String from = POSTGRES.newUrl();
        String to = POSTGRES.newUrl();
        String tables =
                "CREATE TABLE child (id bigint PRIMARY KEY, parent bigint); CREATE TABLE parent (id bigint PRIMARY KEY); ";
        Database.at(from)
                .execute(tables
                        + "INSERT INTO parent SELECT generate_series(1, 1000); INSERT INTO child SELECT i, i FROM"
                        + " generate_series(1, 6000) i");
        Database.at(to).execute(tables + "ALTER TABLE child ADD FOREIGN KEY (parent) REFERENCES parent");
        write(
                tables(from, "{public.child: {}, public.parent: {}}"),
                "[public.child, public.parent]",
                to,
                "foreign-key-wait: 1h",
                "dead");
        long begin = System.nanoTime();
        Mainstem.Outcome outcome = copy(3);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(Database.at(to).number("SELECT count(*) FROM child")).isEqualTo(1000);
        assertThat(outcome.all())
                .contains("sink copy/copy wrote 2,000 records")
                .contains("5,000 bad records are in topic 'dead'")
                .containsPattern("rows of public.child-0 from offset 0 wait for .*child_parent_fkey");
        assertThat(took).as("%s", outcome).isLessThan(MUCH);
    }

    @Test
    void whatTakesLongerToComeThanTheWaitIsWaitedForWhileASourceStillReads() throws Exception {
        String from = POSTGRES.newUrl();
        String to = POSTGRES.newUrl();
        String tables =
                "CREATE TABLE a_child (id bigint PRIMARY KEY, parent bigint); CREATE TABLE parent (id bigint PRIMARY KEY, text text); ";
        Database.at(from)
                .execute(
                        tables
                                + "INSERT INTO parent SELECT i, repeat('x', 50) FROM generate_series(1, 300000) i; INSERT INTO a_child SELECT i, 300000 - i "
                                + "FROM generate_series(0, 499) i; INSERT INTO a_child SELECT 1000 + i, 1000000 + i FROM generate_series(1, 7) i");
        Database.at(to).execute(tables + "ALTER TABLE a_child ADD FOREIGN KEY (parent) REFERENCES parent");
        write(tables(from, "{\"public.*\": {}}"), "\"public.*\"", to, "foreign-key-wait: 1ms", "public.dead");
        Mainstem.Outcome outcome = copy(3);
        assertThat(Database.at(to).number("SELECT count(*) FROM parent")).isEqualTo(300_000);
        assertThat(Database.at(to).number("SELECT count(*) FROM a_child")).isEqualTo(500);
        assertThat(outcome.all()).contains("7 bad records are in topic 'public.dead'");
    }

    @Test
    void rowsAreNotBlamedForParentsThatASourceWhichFailedDidNotBring() throws Exception {
        String to = POSTGRES.newUrl();
        String tables =
                "CREATE TABLE parent (id bigint PRIMARY KEY); CREATE TABLE child (id bigint PRIMARY KEY, parent bigint"
                        + " REFERENCES parent)";
        Database.at(to).execute(tables);
        Files.writeString(folder.resolve("parent.csv"), "id\n1\nmore\n2\n");
        Files.writeString(folder.resolve("child.csv"), "id,parent\n1,1\n2,2\n");
        write(
                "parents: {connector: file, topic: t.parent, options: {path: parent.csv, columns: {id: int64}}},"
                        + " children: {connector: file, topic: t.child, options: {path: child.csv}}",
                "\"t.*\"",
                to,
                "key: id, foreign-key-wait: 1h",
                "dead");
        Mainstem.Outcome outcome = copy(1);
        assertThat(outcome.all()).contains("a source has failed that may have had them to bring");
        assertThat(Mainstem.in(folder).run("dead-letters", "list").out()).doesNotContain("child");

        Files.writeString(folder.resolve("parent.csv"), "id\n1\n2\n");
        copy(0);
        assertThat(Database.at(to).number("SELECT count(*) FROM child")).isEqualTo(2);
    }
}
