package io.mainstem.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

/** The scanner reads every file as Apache Commons CSV reads it, up to the first row that one refuses. */
class CsvDifferentialTest {

    private static final int FILES = 20_000;

    private record Read(List<List<String>> rows, boolean failed) {}

    @Test
    void theScannerReadsWhatCommonsCsvReads() throws IOException {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("CsvDifferentialTest: -Dseed=" + seed);
        Random random = new Random(seed);
        int complete = 0;
        for (int i = 0; i < FILES; i++) {
            CsvDialect dialect = dialect(random);
            String text = text(random, dialect);
            Read expected = commons(text, dialect);
            Read actual = ours(text, dialect, random);
            String what =
                    "seed " + seed + ", file " + i + ", " + dialect + ":\n" + text.replace("\r", "<CR>") + "<END>";
            if (expected.failed()) {
                assertThat(actual.rows()
                                .subList(
                                        0,
                                        Math.min(
                                                actual.rows().size(),
                                                expected.rows().size())))
                        .as(what)
                        .isEqualTo(expected.rows());
                // An escape at the very end is an error there; here it is text.
                assertThat(actual.failed() || text.endsWith("\\")).as(what).isTrue();
            } else {
                assertThat(actual.rows()).as(what).isEqualTo(expected.rows());
                complete++;
            }
        }
        assertThat(complete).isGreaterThan(FILES / 4);
    }

    private static CsvDialect dialect(Random random) {
        String delimiter = List.of(",", ";", "\t", "|", "||", "§", "::=").get(random.nextInt(7));
        Optional<Character> quote =
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(random.nextInt(4) == 0 ? '\'' : '"');
        Optional<Character> escape = random.nextInt(3) == 0 ? Optional.of('\\') : Optional.empty();
        Optional<Character> comment = random.nextInt(3) == 0 ? Optional.of('#') : Optional.empty();
        // Commons CSV trims blanks that were escaped, too: there the scanner differs on purpose.
        boolean trim = escape.isEmpty() && random.nextInt(3) == 0;
        return new CsvDialect(delimiter, quote, escape, comment, "", trim, 1_000, false);
    }

    private static String text(Random random, CsvDialect dialect) {
        StringBuilder text = new StringBuilder();
        boolean wild = random.nextInt(3) == 0;
        int rows = random.nextInt(6);
        for (int row = 0; row < rows; row++) {
            if (random.nextInt(8) == 0) {
                text.append(dialect.comment().isPresent() ? "#" : "").append(lineEnd(random));
            }
            int fields = 1 + random.nextInt(4);
            for (int field = 0; field < fields; field++) {
                text.append(field == 0 ? "" : dialect.delimiter()).append(field(random, dialect, wild));
            }
            text.append(row == rows - 1 && random.nextBoolean() ? "" : lineEnd(random));
        }
        // Right before the end, Commons CSV 1.14.1 takes half of a delimiter of several characters for a whole one.
        return text.append(dialect.delimiter().length() > 1 ? "\n" : "").toString();
    }

    private static String lineEnd(Random random) {
        return List.of("\n", "\r\n", "\r").get(random.nextInt(3));
    }

    private static String field(Random random, CsvDialect dialect, boolean wild) {
        String quote = dialect.quote().map(String::valueOf).orElse("");
        List<String> pieces = new ArrayList<>(List.of("a", "7", "xyz", " ", "é", "𝄞", "-"));
        boolean quoted = !quote.isEmpty() && random.nextInt(3) == 0;
        if (dialect.escape().isPresent()) {
            pieces.addAll(List.of("\\x", "\\\\", "\\" + dialect.delimiter().charAt(0)));
            pieces.addAll(List.of("\\n", "\\t"));
        }
        if (quoted) {
            pieces.addAll(List.of("\n", "\r\n", "\r", quote + quote, dialect.delimiter()));
        }
        if (wild) {
            pieces.addAll(List.of(
                    "\"", "'", "\\", "#", "\n", "\t", dialect.delimiter().substring(0, 1)));
        }
        StringBuilder field = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            field.append(pieces.get(random.nextInt(pieces.size())));
        }
        return quoted ? quote + field + quote : field.toString();
    }

    private static Read commons(String text, CsvDialect dialect) {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(dialect.delimiter())
                .setQuote(dialect.quote().orElse(null))
                .setEscape(dialect.escape().orElse(null))
                .setCommentMarker(dialect.comment().orElse(null))
                .setIgnoreSurroundingSpaces(dialect.trim())
                .setIgnoreEmptyLines(true)
                .get();
        List<List<String>> rows = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
            for (CSVRecord record : parser) {
                rows.add(Arrays.asList(record.values()));
            }
            return new Read(rows, false);
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            return new Read(rows, true);
        }
    }

    private static Read ours(String text, CsvDialect dialect, Random random) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        CsvScanner scanner = new CsvScanner(dialect);
        TextBuffer buffer = new TextBuffer(new Dribble(text, random), random.nextInt(20));
        CsvCursor cursor = new CsvCursor(buffer, scanner, dialect, 1 << 20);
        while (true) {
            switch (cursor.next(true)) {
                case ROW -> rows.add(fields(buffer, scanner));
                case BAD -> {
                    return new Read(rows, true);
                }
                default -> {
                    return new Read(rows, false);
                }
            }
            cursor.advance();
        }
    }

    private static List<String> fields(TextBuffer buffer, CsvScanner scanner) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < scanner.count(); i++) {
            byte[] field = (scanner.flags[i] & CsvScanner.ESCAPED) != 0
                    ? scanner.unescaped(buffer.bytes, i)
                    : Arrays.copyOfRange(buffer.bytes, scanner.start[i], scanner.end[i]);
            fields.add(new String(field, StandardCharsets.UTF_8));
        }
        return fields;
    }

    /** Gives a few bytes at a time, so that rows fall between reads everywhere. */
    private static final class Dribble extends InputStream {
        private final ByteArrayInputStream bytes;
        private final Random random;

        Dribble(String text, Random random) {
            this.bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            this.random = random;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, Math.min(length, 1 + random.nextInt(5)));
        }
    }
}
