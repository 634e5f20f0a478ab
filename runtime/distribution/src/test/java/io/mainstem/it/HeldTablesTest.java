package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A table whose column changes so that its topic does not take it stops no other table of its source. */
final class HeldTablesTest {

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    @Test
    void itIsHeldBackAndNamedUntilItsColumnIsAsItWas() throws Exception {
        String url = POSTGRES.newUrl();
        Database database = Database.at(url);
        database.execute("CREATE TABLE a (id int PRIMARY KEY, amount bigint)");
        database.execute("CREATE TABLE b (id int PRIMARY KEY, amount bigint)");
        database.execute("INSERT INTO a VALUES (1, 1)");
        database.execute("INSERT INTO b VALUES (1, 1)");
        Path file = folder.resolve("copy.db");
        write(url, file);
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

    private static String status(Mainstem mainstem) throws Exception {
        return mainstem.run("status").out();
    }

    private static void await(Database copy, String table, long rows, Mainstem.Running running) throws Exception {
        running.until(table + " has " + rows + " rows", () -> copy.number("SELECT count(*) FROM " + table) == rows);
    }

    private void write(String url, Path target) throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), """
                name: shop
                sources:
                  shop:
                    connector: jdbc
                    topic: "{stream}"
                    options:
                      url: "%s"
                      user: postgres
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
                """.formatted(url, target));
    }
}
