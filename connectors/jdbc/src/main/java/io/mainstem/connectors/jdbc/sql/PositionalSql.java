package io.mainstem.connectors.jdbc.sql;

import org.jdbi.v3.core.statement.ParsedSql;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Reads statements of this connector, whose parameters are question marks outside of quotes. Jdbi's own parser knows named
 * parameters too, and takes a tenth of a second to get ready, which every start would wait for.
 */
final class PositionalSql implements SqlParser {

    @Override
    public ParsedSql parse(String sql, StatementContext context) {
        ParsedSql.Builder builder = ParsedSql.builder();
        int done = 0;
        char quote = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '?') {
                builder.append(sql.substring(done, i)).appendPositionalParameter();
                done = i + 1;
            }
        }
        return builder.append(sql.substring(done)).build();
    }

    @Override
    public String nameParameter(String rawName, StatementContext context) {
        return rawName;
    }
}
