package io.mainstem.connectors.jdbc.sql;

import java.sql.Connection;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.TemplateEngine;

/** Makes Jdbi's handles on connections. */
public final class Handles {

    private Handles() {}

    /** Statements go to the database as they are: a name may well have angle brackets in it. The connection stays the caller's. */
    public static Handle open(Connection connection) {
        Jdbi jdbi = Jdbi.create(connection);
        jdbi.getConfig(SqlStatements.class)
                .setTemplateEngine(TemplateEngine.NOP)
                .setSqlParser(new PositionalSql());
        return jdbi.open();
    }
}
