package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL that runs out of room: nothing becomes a dead letter, and all arrives once there is room. */
final class FullTargetTest {

    @TempDir
    Path folder;

    private static boolean does(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void aTableSpaceThatIsFullIsWaitedForAndMakesNoDeadLetters() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        if (!does("mount", "-t", "tmpfs", "-o", "size=3m,mode=0777", "tmpfs", small.toString())) {
            System.out.println("not run here: mounting a file system needs root and the right to mount");
            return;
        }
        try (Postgres postgres = Postgres.start()) {
            String name = postgres.newDatabase();
            Database database = postgres.database(name);
            database.execute("CREATE TABLESPACE small LOCATION '" + small + "'");
            database.execute(
                    "CREATE TABLE orders (id bigint, customer text, qty bigint, price numeric) TABLESPACE small");
            Orders.write(folder.resolve("orders.csv"), Orders.EXPECTED_COUNT);
            Files.writeString(folder.resolve("orders.yaml"), """
                    name: orders
                    sources:
                      shop: {connector: file, topic: orders, options: {path: orders.csv}}
                    sinks:
                      warehouse:
                        connector: jdbc
                        topics: [orders]
                        options: {url: "%s", user: postgres, table: orders, mode: insert, batch-rows: 5000}
                        on-failure: {retry: {first-wait: 50ms, max-wait: 200ms}, bad-records: dead-letters}
                    """.formatted(postgres.url(name)));
            Mainstem mainstem = Mainstem.in(folder);
            Mainstem.Running worker = mainstem.start("run", "orders.yaml");
            worker.says("sink orders/warehouse retrying: .*(No space left|53100|could not extend)");
            assertThat(mainstem.run("status", "--output", "json").out()).contains("\"failureKind\" : \"resource\"");
            long stuck = database.number("SELECT count(*) FROM orders");
            assertThat(does("mount", "-o", "remount,size=64m", small.toString()))
                    .isTrue();

            Mainstem.Outcome ended = worker.end();
            assertThat(ended.exitCode()).as("%s", ended).isZero();
            assertThat(stuck).isLessThan(Orders.EXPECTED_COUNT);
            assertThat(database.row(Orders.DIGEST)).isEqualTo(Orders.EXPECTED);
            assertThat(mainstem.run("dead-letters", "list").out().lines()).hasSize(1);
        } finally {
            assertThat(does("umount", "-l", small.toString())).isTrue();
        }
    }

    @Test
    void aDatabaseThatTakesNoMoreConnectionsMakesNoDeadLetters() throws Exception {
        try (Postgres postgres = Postgres.start()) {
            String name = postgres.newDatabase();
            Database database = postgres.database(name);
            database.execute("CREATE TABLE orders (id bigint, customer text, qty bigint, price numeric)");
            database.execute("ALTER DATABASE " + name + " CONNECTION LIMIT 0");
            database.execute("ALTER ROLE loader NOSUPERUSER");
            Orders.write(folder.resolve("orders.csv"), 100);
            Files.writeString(folder.resolve("orders.yaml"), """
                    name: orders
                    sources:
                      shop: {connector: file, topic: orders, options: {path: orders.csv}}
                    sinks:
                      warehouse:
                        connector: jdbc
                        topics: [orders]
                        options:
                          {url: "%s", user: loader, password: "%s", table: orders, mode: insert}
                        on-failure: {retry: {first-wait: 50ms, max-wait: 200ms}, bad-records: dead-letters}
                    """.formatted(postgres.url(name), postgres.password()));
            Mainstem mainstem = Mainstem.in(folder);
            Mainstem.Running worker = mainstem.start("run", "orders.yaml");
            worker.says("sink orders/warehouse retrying: .*too many connections");
            database.execute("GRANT ALL ON SCHEMA public TO loader");
            database.execute("GRANT ALL ON TABLE orders TO loader");
            database.execute("ALTER DATABASE " + name + " CONNECTION LIMIT -1");

            Mainstem.Outcome ended = worker.end();
            assertThat(ended.exitCode()).as("%s", ended).isZero();
            assertThat(database.row("SELECT count(*), count(DISTINCT id) FROM orders"))
                    .isEqualTo("100|100");
            for (String state : List.of("open", "dropped")) {
                assertThat(mainstem.run("dead-letters", "list", "--state", state)
                                .out()
                                .lines())
                        .hasSize(1);
            }
        }
    }
}
