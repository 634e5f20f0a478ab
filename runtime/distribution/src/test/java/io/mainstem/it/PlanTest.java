package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code plan} shows with the connectors that come along, and that it leaves every target, and the disk, as they were. */
final class PlanTest {

    private static final Path GOLDENS = Path.of("src/test/resources/io/mainstem/it");

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    /** The output, with what differs from run to run made the same; {@code -Dgolden.rewrite=true} writes the file anew. */
    private static void assertGolden(String name, Mainstem.Outcome outcome) throws IOException {
        String text = outcome.out()
                .replaceAll("localhost:\\d+/it\\d+", "localhost:5432/shop")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "api.example.com")
                .replaceAll("cost=\\S+ rows=\\d+ width=\\d+", "cost=C rows=R width=W");
        Path golden = GOLDENS.resolve(name);
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    /** Every file and folder below the working folder, with times and content. */
    private Map<String, String> disk() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                all.put(
                        file.toString(),
                        Files.getLastModifiedTime(file)
                                + (Files.isDirectory(file) ? "" : " " + Arrays.hashCode(Files.readAllBytes(file))));
            }
        }
        return all;
    }

    /** Tables, columns, rows with their transactions, and what was ever written. */
    private static List<String> digest(Database database) throws Exception {
        database.execute("SELECT pg_stat_force_next_flush()");
        List<String> digest = new ArrayList<>(database.rows("SELECT table_schema, table_name, column_name, data_type"
                + " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2, ordinal_position"));
        for (String table : database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")) {
            digest.add(table + " "
                    + database.row("SELECT md5(string_agg(ctid::text || xmin::text || t::text, '' ORDER BY ctid)) FROM "
                            + table + " t"));
        }
        digest.addAll(
                database.rows("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables ORDER BY 1"));
        digest.add(database.row("SELECT count(*) FROM pg_class"));
        return digest;
    }

    @Test
    void theQuickstartIsPlannedBeforeAndAfterItRan() throws Exception {
        Examples.copyTo(folder);
        Mainstem mainstem = Mainstem.in(folder);
        Map<String, String> before = disk();

        Mainstem.Outcome first = mainstem.run("plan", "config-examples/quickstart.yaml");

        assertThat(first.exitCode()).as("%s", first).isZero();
        assertThat(disk()).isEqualTo(before);
        assertGolden("plan-quickstart.txt", first);

        assertThat(mainstem.run("run", "config-examples/quickstart.yaml").exitCode())
                .isZero();
        Map<String, String> after = disk();
        Mainstem.Outcome second = mainstem.run("plan", "config-examples/quickstart.yaml");
        assertThat(second.exitCode()).as("%s", second).isZero();
        assertThat(disk()).isEqualTo(after);
        assertGolden("plan-quickstart-again.txt", second);
    }

    @Test
    void aFileIntoPostgresqlIsPlannedAndTheDatabaseStaysAsItWas() throws Exception {
        String url = POSTGRES.newUrl();
        Database database = Database.at(url);
        Examples.copyTo(folder);
        Mainstem mainstem = Mainstem.in(folder).with("SHOP_DB_URL", url).with("SHOP_DB_PASSWORD", POSTGRES.password());
        List<String> before = digest(database);

        Mainstem.Outcome first = mainstem.run("plan", "config-examples/csv-to-postgresql.yaml");

        assertThat(first.exitCode()).as("%s", first).isZero();
        assertThat(first.all()).doesNotContain(POSTGRES.password());
        assertThat(digest(database)).isEqualTo(before);
        assertGolden("plan-csv-to-postgresql.txt", first);

        assertThat(mainstem.run("run", "config-examples/csv-to-postgresql.yaml").exitCode())
                .isZero();
        List<String> after = digest(database);
        Mainstem.Outcome second = mainstem.run("plan", "config-examples/csv-to-postgresql.yaml");
        assertThat(second.out()).contains("no changes: all is there");
        assertThat(digest(database)).isEqualTo(after);
    }

    @Test
    void tablesThatExistAreComparedWithWhatComes() throws Exception {
        String url = POSTGRES.newUrl();
        Database database = Database.at(url);
        database.execute("CREATE TABLE fits (id bigint PRIMARY KEY, note varchar(20), extra int)");
        database.execute("CREATE TABLE lacks (id bigint PRIMARY KEY)");
        database.execute("CREATE TABLE differs (id bigint PRIMARY KEY, note bytea)");
        Files.writeString(folder.resolve("rows.csv"), "id,note\n1,one\n2,two\n");
        StringBuilder sources = new StringBuilder("name: many\nsources:\n");
        for (String topic : List.of("fits", "lacks", "differs", "fresh")) {
            sources.append("  ")
                    .append(topic)
                    .append(": {connector: file, topic: ")
                    .append(topic)
                    .append(", options: {path: rows.csv, key: [id], columns: {id: int64 not null}}}\n");
        }
        Files.writeString(folder.resolve("many.yaml"), sources + """
                sinks:
                  out:
                    connector: jdbc
                    topics: [fits, lacks, differs, fresh]
                    options: {url: "%s", user: postgres, table: "{topic}", mode: upsert, evolve: [add]}
                """.formatted(url));
        List<String> before = digest(database);

        Mainstem.Outcome outcome = Mainstem.in(folder).run("plan", "many.yaml");

        assertThat(outcome.exitCode()).as("one table does not fit: %s", outcome).isEqualTo(1);
        assertThat(digest(database)).isEqualTo(before);
        assertGolden("plan-many-tables.txt", outcome);
    }

    @Test
    void tablesThatAreReadAreShownWithTheirStatementsAndHowTheyAreCarriedOut() throws Exception {
        String url = POSTGRES.newUrl();
        Database database = Database.at(url);
        database.execute("CREATE TABLE orders (id bigserial PRIMARY KEY, customer text NOT NULL, price numeric(10,2))");
        database.execute("CREATE TABLE events (at timestamptz, what text)");
        database.execute(
                "INSERT INTO orders (customer, price) VALUES ('Ada', 9.90), ('Grace', 12.00), (E'O''Hara', null)");
        Files.writeString(folder.resolve("copy.yaml"), """
                name: copy
                sources:
                  shop:
                    connector: jdbc
                    options:
                      url: "%s"
                      user: postgres
                      tables: {public.orders: {mode: incrementing, cursor: id}, public.events: {}}
                sinks:
                  out:
                    connector: jdbc
                    topics: [copy.public.orders]
                    options: {url: "jdbc:sqlite:copy.db", table: orders, mode: upsert}
                """.formatted(url));
        List<String> before = digest(database);

        Mainstem.Outcome outcome = Mainstem.in(folder).run("plan", "copy.yaml");

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(digest(database)).isEqualTo(before);
        assertThat(folder.resolve("copy.db")).doesNotExist();
        assertGolden("plan-jdbc-tables.txt", outcome);
    }

    @Test
    void requestsToAnApiAreShownAsTheyWillBeSent() throws Exception {
        try (PublicApi shop = new PublicApi()) {
            Files.writeString(folder.resolve("api.yaml"), """
                    name: api
                    sources:
                      shop:
                        connector: http
                        options:
                          auth: bearer
                          token: ${env:TOKEN}
                          page-size: 2
                          page-size-parameter: limit
                          paginate: page
                          page-parameter: page
                          columns: {id: int64 not null, note: string at /data/note}
                          key: [id]
                          streams:
                            customers: {url: "%s/customers"}
                            orders:
                              parent: customers
                              url: "%s/customers/{parent.id}/orders"
                              query: {since: "{since}"}
                              since: 2026-01-01T00:00:00Z
                              headers: {Accept: application/json}
                    sinks:
                      target:
                        connector: http
                        topics: [api.orders]
                        options:
                          auth: api-key
                          api-key: ${env:TOKEN}
                          url: "https://target.example.com/{customer}/orders"
                          body-format: json
                          delete-url: "https://target.example.com/orders/{key.id}"
                          responses: api.answers
                    """.formatted(shop.url(), shop.url()));
            shop.on(
                    "/customers",
                    (exchange, query) -> query.get("page").equals("1")
                            ? "[{\"id\": 1, \"data\": {\"note\": \"first\"}}, {\"id\": 2}]"
                            : "[]");
            Mainstem.Outcome outcome =
                    Mainstem.in(folder).with("TOKEN", "a-secret-token").run("plan", "api.yaml");
            assertThat(outcome.exitCode()).as("%s", outcome).isZero();
            assertThat(outcome.all()).doesNotContain("a-secret-token");
            assertThat(shop.asked()).as("a plan reads").allMatch(asked -> asked.startsWith("/customers"));
            assertGolden("plan-http.txt", outcome);
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsAFailureOfOneSinkAlone() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "id\n1\n");
        Files.writeString(folder.resolve("p.yaml"), """
                name: p
                sources: {in: {connector: file, topic: rows, options: {path: rows.csv, key: [id]}}}
                sinks:
                  gone: {connector: jdbc, topics: [rows], options: {url: "jdbc:postgresql://localhost:1/x", user: x, table: t}}
                  there: {connector: jdbc, topics: [rows], options: {url: "jdbc:sqlite:there.db", table: rows}}
                """);
        Mainstem.Outcome outcome = Mainstem.in(folder).run("plan", "p.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.out())
                .contains("failure: ")
                .contains("+ table rows in jdbc:sqlite:there.db")
                .contains("1 failure; 2 to create, 0 to change");
        assertThat(folder.resolve("there.db")).doesNotExist();
    }
}
