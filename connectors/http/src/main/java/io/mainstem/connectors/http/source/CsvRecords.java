package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Records in CSV, in UTF-8 or as the answer says, whose first row names the fields; each value is text, an empty one none. */
final class CsvRecords implements RecordReader {

    private final RecordInput in;
    private final CSVParser parser;
    private final Iterator<CSVRecord> rows;
    private final List<String> names;

    CsvRecords(InputStream in, String delimiter, Charset charset) throws IOException {
        this.in = new RecordInput(in);
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try {
            this.parser = format.parse(withoutMark(new InputStreamReader(this.in, charset.newDecoder())));
        } catch (IllegalArgumentException e) {
            throw new IOException("its first row does not name every column", e);
        }
        this.names = parser.getHeaderNames();
        if (Set.copyOf(names).size() < names.size()) {
            throw new IOException("its first row names a column twice: " + names);
        }
        this.rows = parser.iterator();
    }

    /** Some write a mark in front that says which bytes come first. */
    private static Reader withoutMark(Reader text) throws IOException {
        PushbackReader reader = new PushbackReader(text);
        int first = reader.read();
        if (first >= 0 && first != '\ufeff') {
            reader.unread(first);
        }
        return reader;
    }

    @Override
    public @Nullable JsonNode next() throws IOException {
        in.begin();
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
