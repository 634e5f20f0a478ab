package io.mainstem.connectors.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The databases that are known: those that were added in the plugin's folder first, then the built-in ones. */
final class Dialects {

    private static final List<Dialect> ALL = all();

    private Dialects() {}

    private static List<Dialect> all() {
        List<Dialect> all = new ArrayList<>();
        ServiceLoader.load(SqlDialect.class, Dialects.class.getClassLoader())
                .forEach(added -> all.add(new GenericDialect(added)));
        all.add(new PostgreSqlDialect());
        all.add(new SqliteDialect());
        for (SqlDialect dialect :
                List.of(new MySqlDialect(), new H2Dialect(), new SqlServerDialect(), new OracleDialect())) {
            all.add(new GenericDialect(dialect));
        }
        return List.copyOf(all);
    }

    static Optional<Dialect> find(String url) {
        return ALL.stream()
                .filter(dialect -> dialect.prefixes().stream().anyMatch(url::startsWith))
                .findFirst();
    }

    static List<String> prefixes() {
        return ALL.stream()
                .flatMap(dialect -> dialect.prefixes().stream())
                .distinct()
                .toList();
    }
}
