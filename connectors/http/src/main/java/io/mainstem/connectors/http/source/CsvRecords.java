package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Records in CSV, whose first row names the fields; each value is text, an empty one none. */
final class CsvRecords implements RecordReader {

    private final CSVParser parser;
    private final Iterator<CSVRecord> rows;
    private final List<String> names;

    CsvRecords(InputStream in, String delimiter) throws IOException {
        this.parser = CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.names = parser.getHeaderNames();
        this.rows = parser.iterator();
    }

    @Override
    public @Nullable JsonNode next() throws IOException {
        try {
            return rows.hasNext() ? node(rows.next()) : null;
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof CSVException
                    ? new IOException(
                            "a value in quotes does not end, or something stands behind it (line "
                                    + parser.getCurrentLineNumber() + ")",
                            e.getCause())
                    : e.getCause();
        }
    }

    private ObjectNode node(CSVRecord row) throws IOException {
        if (!row.isConsistent()) {
            throw new IOException(
                    "row " + row.getRecordNumber() + " has " + row.size() + " values for " + names.size() + " columns");
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < names.size(); i++) {
            String value = row.get(i);
            if (!value.isEmpty()) {
                node.put(names.get(i), value);
            }
        }
        return node;
    }

    @Override
    public long bytes() {
        return parser.getCurrentLineNumber() * names.size() * 16L;
    }

    @Override
    public boolean isFound() {
        return true;
    }
}
