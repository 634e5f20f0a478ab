package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A table that changes so that its topic does not take it, that is dropped, or that may not be read stops no other table of its source. */
final class HeldTablesTest {

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    @BeforeAll
    static void createReader() throws Exception {
        Database.at(POSTGRES.newUrl()).execute("CREATE ROLE reader LOGIN");
    }

    @Test
    void itIsHeldBackAndNamedUntilItsColumnIsAsItWas() throws Exception {
        String url = POSTGRES.newUrl();
        Database database = Database.at(url);
        database.execute("CREATE TABLE a (id int PRIMARY KEY, amount bigint)");
        database.execute("CREATE TABLE b (id int PRIMARY KEY, amount bigint)");
        database.execute("INSERT INTO a VALUES (1, 1)");
        database.execute("INSERT INTO b VALUES (1, 1)");
        Path file = folder.resolve("copy.db");
        write(url, "postgres", file);
        Database copy = Database.sqlite(file);
        Mainstem mainstem = Mainstem.in(folder);
        Mainstem.Running running = mainstem.start("run", "shop.yaml");
        await(copy, "a", 1, running);
        await(copy, "b", 1, running);

        database.execute("ALTER TABLE a ALTER amount TYPE numeric(30, 2)");
        database.execute("INSERT INTO a VALUES (2, 2.5)");
        running.until("a is held back", () -> status(mainstem).contains("holds the stream 'public.a' back"));
        assertThat(status(mainstem))
                .contains("stream 'public.a' has changed")
                .contains("the type of the field 'amount' changes");
        assertThat(mainstem.run("status", "--output", "json").out()).contains("\"held\"");
        database.execute("INSERT INTO b VALUES (2, 2)");
        await(copy, "b", 2, running);

        database.execute("ALTER TABLE a ALTER amount TYPE bigint USING round(amount)");
        await(copy, "a", 2, running);
        assertThat(status(mainstem)).doesNotContain("holds the stream");
        running.kill().end();
    }

    private Database twoTables(String url) throws Exception {
        Database database = Database.at(url);
        for (String table : List.of("a", "b")) {
            database.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, amount bigint)");
            database.execute("INSERT INTO " + table + " VALUES (1, 1)");
            database.execute("GRANT SELECT ON " + table + " TO reader");
        }
        return database;
    }

    @Test
    void oneThatIsDroppedIsHeldBackWhenItIsMadeAgainTooUntilItsPositionIsReset() throws Exception {
        String url = POSTGRES.newUrl();
        Database database = twoTables(url);
        Path file = folder.resolve("copy.db");
        write(url, "reader", file);
        Database copy = Database.sqlite(file);
        Mainstem mainstem = Mainstem.in(folder);
        Mainstem.Running running = mainstem.start("run", "shop.yaml");
        await(copy, "a", 1, running);
        await(copy, "b", 1, running);

        database.execute("DROP TABLE a");
        running.until("a is held back", () -> status(mainstem).contains("holds the stream 'public.a' back"));
        assertThat(status(mainstem))
                .contains("public.a is not there any more")
                .contains("mainstem positions reset shop/shop --split ID");
        database.execute("CREATE TABLE a (id int PRIMARY KEY, amount bigint)");
        database.execute("INSERT INTO a VALUES (1, 11), (2, 12)");
        database.execute("GRANT SELECT ON a TO reader");
        database.execute("INSERT INTO b VALUES (2, 2)");
        await(copy, "b", 2, running);
        assertThat(status(mainstem)).contains("holds the stream 'public.a' back");
        assertThat(copy.number("SELECT sum(amount) FROM a")).isEqualTo(1);
        running.terminate().end();

        assertThat(mainstem.run("positions", "reset", "shop/shop", "--split", "public.a")
                        .exitCode())
                .isZero();
        Mainstem.Running again = mainstem.start("run", "shop.yaml");
        again.until("a is read anew", () -> copy.number("SELECT coalesce(sum(amount), 0) FROM a") == 23);
        assertThat(status(mainstem)).doesNotContain("holds the stream");
        again.kill().end();
    }

    @Test
    void oneThatMayNotBeReadIsHeldBackUntilItMay() throws Exception {
        String url = POSTGRES.newUrl();
        Database database = twoTables(url);
        Path file = folder.resolve("copy.db");
        write(url, "reader", file);
        Database copy = Database.sqlite(file);
        Mainstem mainstem = Mainstem.in(folder);
        Mainstem.Running running = mainstem.start("run", "shop.yaml");
        await(copy, "a", 1, running);
        await(copy, "b", 1, running);

        database.execute("REVOKE SELECT ON a FROM reader");
        running.until("a is held back", () -> status(mainstem).contains("holds the stream 'public.a' back"));
        assertThat(status(mainstem)).contains("permission denied for table a").contains("grant user 'reader' SELECT");
        database.execute("INSERT INTO a VALUES (2, 2)");
        database.execute("INSERT INTO b VALUES (2, 2)");
        await(copy, "b", 2, running);

        database.execute("GRANT SELECT ON a TO reader");
        await(copy, "a", 2, running);
        assertThat(status(mainstem)).doesNotContain("holds the stream");
        running.kill().end();
    }

    private static String status(Mainstem mainstem) throws Exception {
        return mainstem.run("status").out();
    }

    private static void await(Database copy, String table, long rows, Mainstem.Running running) throws Exception {
        running.until(table + " has " + rows + " rows", () -> copy.number("SELECT count(*) FROM " + table) == rows);
    }

    private void write(String url, String user, Path target) throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), """
                name: shop
                sources:
                  shop:
                    connector: jdbc
                    topic: "{stream}"
                    options:
                      url: "%s"
                      user: %s
                      tables:
                        "public.*": {mode: incrementing, cursor: id}
                      poll-every: 100ms
                      discover-every: 1s
                sinks:
                  copy:
                    connector: jdbc
                    topics: ["public.*"]
                    options:
                      url: jdbc:sqlite:%s
                      table: "{topic.last}"
                      mode: upsert
                      key: id
                """.formatted(url, user, target));
    }
}
