package io.mainstem.connectors.jdbc;

import java.util.List;
import java.util.Optional;

/** The databases that are known. */
final class Dialects {

    private static final List<Dialect> ALL = List.of(new PostgreSqlDialect(), new SqliteDialect());

    private Dialects() {}

    static Optional<Dialect> find(String url) {
        return ALL.stream().filter(dialect -> url.startsWith(dialect.prefix())).findFirst();
    }

    static List<String> prefixes() {
        return ALL.stream().map(Dialect::prefix).toList();
    }
}
