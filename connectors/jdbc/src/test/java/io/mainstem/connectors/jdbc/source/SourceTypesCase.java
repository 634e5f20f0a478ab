package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import io.mainstem.testkit.RecordingLog;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What tests of the types of a database share: a table with a column of one type, and the field that it becomes. */
abstract class SourceTypesCase {

    /**
     * Makes a table t of the key id and a column x of this type, with two rows, of which the first has this value and the second none, and
     * gives the options that connect with its database.
     */
    abstract Map<String, Object> makeTable(String type, String value) throws SQLException;

    /** The first of the rows, read with more options. */
    final Row one(String type, String value, Object... more) throws Exception {
        Map<String, Object> options = new HashMap<>(makeTable(type, value));
        options.put("table", "t");
        for (int i = 0; i < more.length; i += 2) {
            options.put((String) more[i], more[i + 1]);
        }
        RecordingLog log = TestSource.read(options);
        assertThat(log.bad()).isEmpty();
        assertThat(log.messages()).hasSize(2);
        assertThat(((Row) log.messages().get(1).value()).isNull(1)).isTrue();
        return (Row) log.messages().get(0).value();
    }

    final void assertReads(String type, String value, Type expectedType, Object expected, Object... options)
            throws Exception {
        Row row = one(type, value, options);
        assertThat(row.schema().field(1).type()).as(type).isEqualTo(expectedType);
        assertThat(row.at(1)).as(type + " " + value).isEqualTo(expected);
    }
}
