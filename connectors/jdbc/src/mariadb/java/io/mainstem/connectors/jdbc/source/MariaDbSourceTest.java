package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.SourceFactory;
import io.mainstem.connectors.jdbc.MariaDb;
import io.mainstem.testkit.SourceContract;
import java.util.Map;

/** Rows by the time of their change, many of one time, from MariaDB. */
final class MariaDbSourceTest extends SourceContract {

    @Override
    protected SourceFactory factory() {
        return new JdbcSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() throws Exception {
        MariaDb database = MariaDb.create(
                "CREATE TABLE `or``ders` (id BIGINT PRIMARY KEY, name TEXT NOT NULL, changed TIMESTAMP(6) NOT NULL, KEY (changed))",
                "INSERT INTO `or``ders` SELECT seq, REPEAT('abcdefgh', 40), TIMESTAMP '2020-01-01 00:00:00' + INTERVAL (seq"
                        + " DIV 700) SECOND FROM seq_1_to_2000");
        return database.options("table", "or`ders", "mode", "timestamp", "cursor", "changed", "late-commits", "0s");
    }

    @Override
    protected int messages() {
        return 2_000;
    }
}
