package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A table, its topic and its copies in other databases are compared, and what is not equal is named. */
final class CompareTest {

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    /** Copies the table goods as it is. */
    private Mainstem copyGoods(String url, String copy) throws Exception {
        return runGoods("""
                name: goods
                sources:
                  shop:
                    connector: jdbc
                    topic: goods
                    options: {url: "%s", user: postgres, table: public.goods}
                sinks:
                  copy:
                    connector: jdbc
                    topics: [goods]
                    options: {url: "%s", user: postgres, table: goods, mode: upsert}
                """.formatted(url, copy));
    }

    private Mainstem runGoods(String pipeline) throws Exception {
        Files.writeString(folder.resolve("goods.yaml"), pipeline);
        Mainstem mainstem = Mainstem.in(folder);
        assertThat(mainstem.run("run", "goods.yaml").exitCode()).isZero();
        return mainstem;
    }

    /** Compares the table goods, which ends with this exit code. */
    private static Mainstem.Outcome compareGoods(Mainstem mainstem, int exitCode) throws Exception {
        Mainstem.Outcome outcome = mainstem.run("compare", "goods.yaml");
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(exitCode);
        return outcome;
    }

    @Test
    void aTableWithoutAnyRowIsComparedToo() throws Exception {
        String url = POSTGRES.newUrl();
        String copy = POSTGRES.newUrl();
        for (String database : List.of(url, copy)) {
            Database.at(database).execute("CREATE TABLE goods (id bigint PRIMARY KEY, name text)");
        }
        Mainstem mainstem = copyGoods(url, copy);
        compareGoods(mainstem, 0);

        Database.at(copy).execute("INSERT INTO goods VALUES (7, 'extra')");
        Mainstem.Outcome different = compareGoods(mainstem, 3);
        assertThat(different.out()).containsPattern("extra +7");
    }

    @Test
    void whatTheSinkDoesNotWriteIsLeftOutWithTheReasonInOneLine() throws Exception {
        String url = POSTGRES.newUrl();
        String copy = POSTGRES.newUrl();
        String generated = "gen int GENERATED ALWAYS AS (id * 2) STORED";
        Database.at(url)
                .execute("CREATE TABLE goods (id int PRIMARY KEY, name text, " + generated
                        + ", plain int GENERATED ALWAYS AS" + " (id * 3) STORED)");
        Database.at(url).execute("INSERT INTO goods VALUES (1, 'one'), (2, 'two')");
        Database.at(copy).execute("CREATE TABLE goods (id int PRIMARY KEY, name text, " + generated + ", plain int)");
        Mainstem mainstem = copyGoods(url, copy);
        Mainstem.Outcome equal = compareGoods(mainstem, 0);
        assertThat(equal.out())
                .contains("  not compared: gen (the target computes it, and the sink does not write it)")
                .doesNotContain("plain");
        Database.at(copy).execute("UPDATE goods SET plain = 7 WHERE id = 2");
        assertThat(mainstem.run("compare", "goods.yaml").out()).containsPattern("different +2 +plain");
    }

    @Test
    void copiesInOtherDatabasesAreEqualUntilSomebodyChangesThem() throws Exception {
        String url = POSTGRES.newUrl();
        String copy = POSTGRES.newUrl();
        Path sqlite = folder.resolve("copy.db");
        Database database = Database.at(url);
        database.execute(
                "CREATE TABLE goods (id bigint PRIMARY KEY, name text, price numeric(12,2), free numeric, weight"
                        + " double precision, small real, sold boolean, made date, at time, seen timestamp, changed timestamptz,"
                        + " code uuid, doc jsonb, raw bytea, tags text[], left_over int)");
        database.execute(
                "INSERT INTO goods SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE 'Näme ' || i END, i * 1.10, i /"
                        + " 3.0, i / 7.0, i / 3.0, i % 2 = 0, date '2024-01-01' + i % 4000, time '00:00:00.000001' + i * interval"
                        + " '1 ms', timestamp '2024-01-01' + i * interval '1.000001 s', timestamptz '1999-12-31 23:59:59.999999+02' + i"
                        + " * interval '1 h', md5(i::text)::uuid, jsonb_build_object('b', i, 'a', jsonb_build_array(1.50, 'x', null)),"
                        + " decode(md5(i::text), 'hex'), ARRAY['a', i::text], i FROM generate_series(1, 3000) i");
        Mainstem mainstem = runGoods("""
                name: goods
                sources:
                  shop:
                    connector: jdbc
                    topic: goods
                    options: {url: "%s", user: postgres, table: public.goods, repeat: every-run}
                    transforms:
                      - filter: value.id > 10
                      - rename: {left_over: rest}
                sinks:
                  postgres:
                    connector: jdbc
                    topics: [goods]
                    options: {url: "%s", user: postgres, table: goods, mode: upsert}
                  file:
                    connector: jdbc
                    topics: [goods]
                    options: {url: "jdbc:sqlite:%s", table: goods, mode: upsert, names: snake-case}
                    transforms:
                      - add: {twice: value.price * 2.0}
                """.formatted(url, copy, sqlite));

        Mainstem.Outcome equal = compareGoods(mainstem, 0);
        assertThat(equal.out())
                .contains("goods: source shop -> topic goods", "goods: topic goods -> target of sink postgres")
                .contains("2990")
                .doesNotContain("missing", "not compared");

        database.execute("INSERT INTO goods (id, price) VALUES (6000, 'NaN')");
        Mainstem.Outcome unreadable = compareGoods(mainstem, 3);
        assertThat(unreadable.out())
                .containsPattern("equal as far as rows could be read: missing 0, .*, unreadable 1")
                .containsPattern("unreadable, the first: source shop: public.goods: column 'price': NaN is no decimal");
        database.execute("DELETE FROM goods WHERE id = 6000");

        Database.at(copy).execute("DELETE FROM goods WHERE id = 17");
        Database.at(copy).execute("UPDATE goods SET price = price + 0.01, name = 'other' WHERE id = 18");
        Database.sqlite(sqlite).execute("INSERT INTO goods (id) VALUES (999999)");
        database.execute("INSERT INTO goods (id) VALUES (5000)");
        database.execute("DELETE FROM goods WHERE id = 20");
        Mainstem.Outcome different = compareGoods(mainstem, 3);
        assertThat(different.out())
                .containsPattern("not equal: missing 1, extra 1, different 0")
                .containsPattern("missing +5000")
                .containsPattern("extra +20")
                .containsPattern("missing 1, extra 0, different 1")
                .containsPattern("missing +17")
                .containsPattern("different +18 +name, price")
                .containsPattern("extra +999999");
        assertThat(mainstem.run("compare", "--topic", "no", "goods.yaml").exitCode())
                .isEqualTo(2);
    }

    @Test
    void aSideThatCannotBeComparedIsNamedWithTheReason() throws Exception {
        Files.writeString(folder.resolve("a.csv"), "id,text\n1,a\n2,b\n");
        Files.writeString(folder.resolve("lines.yaml"), """
                name: lines
                sources:
                  csv:
                    connector: file
                    topic: lines
                    options: {path: a.csv, key: [id]}
                sinks:
                  keyed:
                    connector: jdbc
                    topics: [lines]
                    options: {url: "jdbc:sqlite:keyed.db", table: lines, mode: upsert, key: [id]}
                  plain:
                    connector: jdbc
                    topics: [lines]
                    options: {url: "jdbc:sqlite:plain.db", table: lines, mode: insert}
                """);
        Mainstem mainstem = Mainstem.in(folder);
        assertThat(mainstem.run("run", "lines.yaml").exitCode()).isZero();

        Mainstem.Outcome outcome = mainstem.run("compare", "lines.yaml", "--output", "json");
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.out())
                .contains("\"failure\" : \"the connector 'file' cannot give all rows that are there now")
                .contains("\"name\" : \"target of sink keyed\"")
                .contains("no unique constraint of table lines is on the key [id]");
        assertThat(mainstem.run("compare", "lines.yaml", "--topic", "lines").out())
                .containsPattern("target of sink keyed +2 ")
                .contains("  equal");
    }
}
