package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.SourceFactory;
import io.mainstem.connectors.jdbc.MySqlDatabase;
import io.mainstem.testkit.SourceContract;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows by the time of their change, many of one time, from MySQL or MariaDB. */
final class MySqlServerSourceTest extends SourceContract {

    @Override
    protected SourceFactory factory() {
        return new JdbcSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() throws Exception {
        MySqlDatabase database = MySqlDatabase.create(
                "CREATE TABLE `or``ders` (id BIGINT PRIMARY KEY, name TEXT NOT NULL, changed TIMESTAMP(6) NOT NULL, KEY (changed))",
                IntStream.rangeClosed(1, messages())
                        .mapToObj(i -> "(" + i + ", REPEAT('abcdefgh', 40), TIMESTAMP '2020-01-01 00:00:00' + INTERVAL "
                                + i / 700 + " SECOND)")
                        .collect(Collectors.joining(", ", "INSERT INTO `or``ders` VALUES ", "")));
        return database.options("table", "or`ders", "mode", "timestamp", "cursor", "changed", "late-commits", "0s");
    }

    @Override
    protected int messages() {
        return 2_000;
    }
}
