package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file in config-examples does what it says. The quickstart, and those of HTTP, have tests of their own. */
final class ExamplesTest {

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    static Stream<String> all() throws IOException {
        try (Stream<Path> files = Files.list(Examples.ORIGINAL)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @Test
    void eachExampleHasATest() throws Exception {
        assertThat(all())
                .as("a new example needs a test here that runs it")
                .containsExactly(
                        "csv-to-postgresql.yaml",
                        "dead-letters.yaml",
                        "folder-of-csv.yaml",
                        "http-github-issues.yaml",
                        "http-jira-issues.yaml",
                        "http-stripe-charges.yaml",
                        "postgresql-schema.yaml",
                        "postgresql-to-postgresql.yaml",
                        "quickstart.yaml",
                        "transforms.yaml");
    }

    @ParameterizedTest
    @MethodSource("all")
    void theExampleIsValid(String example) throws Exception {
        Mainstem.Outcome outcome = Mainstem.in(folder)
                .with("SHOP_DB_PASSWORD", "unused")
                .with("GITHUB_TOKEN", "unused-token")
                .with("STRIPE_KEY", "unused-key")
                .with("JIRA_URL", "https://jira.example.com")
                .with("JIRA_USER", "unused")
                .with("JIRA_TOKEN", "unused-token")
                .run("validate", Examples.copyTo(folder).resolve(example).toString());

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    }

    @Test
    void aFileArrivesInPostgresql() throws Exception {
        String url = POSTGRES.newUrl();
        Path example = Examples.copyTo(folder).resolve("csv-to-postgresql.yaml");
        Mainstem mainstem = Mainstem.in(folder).with("SHOP_DB_URL", url).with("SHOP_DB_PASSWORD", POSTGRES.password());

        for (int time = 1; time <= 2; time++) {
            Mainstem.Outcome outcome = mainstem.run("run", example.toString());

            assertThat(outcome.exitCode()).as("%s", outcome).isZero();
            assertThat(outcome.all()).doesNotContain(POSTGRES.password());
            assertThat(Database.at(url).row("SELECT count(*), count(city) FROM public.airports"))
                    .isEqualTo("3376|3364");
        }
        assertThat(Database.at(url)
                        .rows("SELECT column_name, data_type, is_nullable FROM information_schema.columns"
                                + " WHERE table_name = 'airports' ORDER BY ordinal_position"))
                .contains("iata|text|NO", "name|text|YES", "latitude|double precision|YES");
        assertThat(Database.at(url)
                        .row("SELECT count(*) FROM information_schema.table_constraints"
                                + " WHERE table_name = 'airports' AND constraint_type = 'PRIMARY KEY'"))
                .isEqualTo("1");
    }

    @Test
    void aTableArrivesInAnotherDatabaseAndSoDoItsChanges() throws Exception {
        String shop = POSTGRES.newUrl();
        String warehouse = POSTGRES.newUrl();
        Database.at(shop)
                .execute(
                        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL, total "
                                + "numeric(10,2) NOT NULL, updated_at timestamptz NOT NULL DEFAULT now())");
        Database.at(shop).execute("CREATE INDEX ON orders (updated_at)");
        Database.at(shop)
                .execute(
                        "INSERT INTO orders (customer, total) SELECT 'customer ' || i, i FROM generate_series(1, 20000) i");
        Path example = Examples.copyTo(folder).resolve("postgresql-to-postgresql.yaml");
        Mainstem mainstem = Mainstem.in(folder)
                .with("SHOP_DB_URL", shop)
                .with("WAREHOUSE_DB_URL", warehouse)
                .with("SHOP_DB_PASSWORD", POSTGRES.password());
        String sums = "SELECT count(*), sum(total), max(updated_at) FROM ";

        Mainstem.Outcome first = mainstem.run("run", "--once", example.toString());
        assertThat(first.exitCode()).as("%s", first).isZero();
        assertThat(first.all()).doesNotContain(POSTGRES.password());
        assertThat(Database.at(warehouse).row(sums + "shop_orders"))
                .isEqualTo(Database.at(shop).row(sums + "orders"));

        Database.at(shop).execute("UPDATE orders SET total = 0.01, updated_at = now() WHERE id <= 10");
        Database.at(shop).execute("INSERT INTO orders (customer, total) VALUES ('new', 5)");
        Mainstem.Outcome second = mainstem.run("run", "--once", example.toString());
        assertThat(second.exitCode()).as("%s", second).isZero();
        assertThat(Database.at(warehouse).row(sums + "shop_orders"))
                .isEqualTo(Database.at(shop).row(sums + "orders"));
    }

    @Test
    void aSchemaArrivesInTablesWithForeignKeys() throws Exception {
        String shop = POSTGRES.newUrl();
        String warehouse = POSTGRES.newUrl();
        Path example = Examples.copyTo(folder).resolve("postgresql-schema.yaml");
        String tables = Files.readAllLines(example).stream()
                .dropWhile(line -> !line.contains("CREATE SCHEMA"))
                .takeWhile(line -> line.startsWith("#"))
                .map(line -> line.substring(1))
                .collect(Collectors.joining("\n"));
        Database.at(shop)
                .execute(tables
                        + "INSERT INTO sales.customers SELECT i, 'customer ' || i FROM generate_series(1, 500) i; INSERT INTO sales.orders "
                        + "(customer) SELECT 1 + i % 500 FROM generate_series(1, 2000) i; INSERT INTO sales.order_lines SELECT 1 + i / 3, 1 + i % 3, "
                        + "'product ' || i FROM generate_series(0, 5999) i");
        Database.at(warehouse).execute(tables);
        String counts =
                "SELECT (SELECT count(*) FROM sales.customers), (SELECT sum(customer) FROM sales.orders), (SELECT count(DISTINCT"
                        + " product) FROM sales.order_lines)";

        Mainstem.Outcome outcome = Mainstem.in(folder)
                .with("SHOP_DB_URL", shop)
                .with("WAREHOUSE_DB_URL", warehouse)
                .with("SHOP_DB_PASSWORD", POSTGRES.password())
                .run("run", "--once", example.toString());

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(Database.at(warehouse).row(counts))
                .isEqualTo(Database.at(shop).row(counts))
                .startsWith("500|");
    }

    @Test
    void aFolderOfFilesArrivesAndSoDoesANewFile() throws Exception {
        Path examples = Examples.copyTo(folder);
        Database database = Database.sqlite(examples.resolve("output/weather.db"));
        String example = examples.resolve("folder-of-csv.yaml").toString();

        Mainstem.Outcome first = Mainstem.in(folder).run("run", example);
        assertThat(first.exitCode()).as("%s", first).isZero();
        assertThat(database.row("SELECT count(*), min(date), max(date) FROM weather"))
                .isEqualTo("1461|2012-01-01|2015-12-31");

        Files.writeString(examples.resolve("data/weather/seattle-2016.csv"), """
                date,precipitation,temp_max,temp_min,wind,weather
                2016-01-01,0.0,5.6,-2.1,3.5,sun
                2016-02-30,0.0,5.6,-2.1,3.5,sun
                2016-01-02,1.5,6.1,-1.1,2.5,rain
                """);
        Mainstem.Outcome second = Mainstem.in(folder).run("run", example);
        assertThat(second.exitCode()).as("30 February is a bad row: %s", second).isEqualTo(3);
        assertThat(database.number("SELECT count(*) FROM weather")).isEqualTo(1463);
        assertThat(Mainstem.in(folder).run("consume", "weather.dead", "--full").out())
                .contains("2016-02-30")
                .contains("seattle-2016.csv");
    }

    @Test
    void stepsChangeRowsInFrontOfTheTopicAndBehindIt() throws Exception {
        Path examples = Examples.copyTo(folder);
        String example = examples.resolve("transforms.yaml").toString();

        Mainstem.Outcome tests = Mainstem.in(folder).run("test", example);
        assertThat(tests.exitCode()).as("%s", tests).isZero();
        Mainstem.Outcome outcome = Mainstem.in(folder).run("run", example);

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        Database database = Database.sqlite(examples.resolve("output/transforms.db"));
        assertThat(database.row("SELECT count(*), sum(is_arctic) FROM places")).isEqualTo("160|31");
        assertThat(database.row("SELECT place, latitude FROM places WHERE code = 'BRW'"))
                .isEqualTo("Barrow, AK|71.3");
    }

    @Test
    void badRowsGoToTheDeadLettersWithTheirPlaceAndReason() throws Exception {
        Path examples = Examples.copyTo(folder);

        Mainstem.Outcome outcome = Mainstem.in(folder)
                .run("run", examples.resolve("dead-letters.yaml").toString());

        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(3);
        assertThat(Database.sqlite(examples.resolve("output/stations.db"))
                        .rows("SELECT iata FROM stations ORDER BY iata"))
                .containsExactly("ALW", "BFI", "EUG", "PAE", "SEA", "YKM");
        String letters =
                Mainstem.in(folder).run("consume", "stations.dead", "--full").out();
        assertThat(letters.lines()).hasSize(4);
        assertThat(letters)
                .contains("stations.csv:4", "longitude", "116.2227778 W")
                .contains("stations.csv:6")
                .contains("stations.csv:8")
                .contains("stations.csv:10", "iata");
    }
}
