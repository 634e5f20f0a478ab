package io.mainstem.connectors.file;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The options of the source. */
final class SourceOptions {

    /** How the rows of a file are written. */
    enum Format {
        CSV
    }

    /** What to do when a file is not what it was. */
    enum OnChange {
        STOP,
        RESTART
    }

    /** What to do with a column that the stream does not have. */
    enum OnNewColumn {
        STOP,
        IGNORE
    }

    private static final long MIB = 1024 * 1024;

    static final Option<String> PATH = Option.text("path")
            .required()
            .doc(
                    "The file to read, a folder whose files are read, or a pattern: `*` stands for any text in a name, `**` for "
                            + "any folders, `?` for one character, `{a,b}` for one of two. A relative path begins at the folder of "
                            + "the pipeline's file. Of a folder or by a pattern, names that begin with `.` or `_` are passed over.")
            .example("data/orders-*.csv");
    static final Option<Format> FORMAT = Option.choice("format", Format.class)
            .defaultValue(Format.CSV)
            .doc("How the rows are written.")
            .example("csv");
    static final Option<Boolean> HEADER = Option.bool("header")
            .defaultValue(true)
            .doc(
                    "Whether the first row of each file names the columns. Columns are matched by name, whatever their order. "
                            + "Without a header they are named by `columns`, else c1, c2 and so on.")
            .example("false");
    static final Option<String> DELIMITER = Option.parsed("delimiter", SourceOptions::delimiter)
            .defaultValue(",")
            .doc("What stands between fields: one or more characters. `\\t` is a tab.")
            .example("\";\"");
    static final Option<Optional<Character>> QUOTE = Option.parsed("quote", SourceOptions::character)
            .defaultValue(Optional.of('"'))
            .doc("The character around fields that contain delimiters or line ends; inside it is written twice. `none` "
                    + "switches quotes off.")
            .example("\"'\"");
    static final Option<Optional<Character>> ESCAPE = Option.parsed("escape", SourceOptions::character)
            .defaultValue(Optional.empty())
            .doc(
                    "A character that takes the special meaning from the one behind it; `\\n`, `\\r`, `\\t`, `\\b` and `\\f` "
                            + "become what they stand for. `none` means that there is none.")
            .example("'\\'");
    static final Option<Optional<Character>> COMMENT = Option.parsed("comment", SourceOptions::character)
            .defaultValue(Optional.empty())
            .doc("A character that, at the beginning of a line, makes it no row. `none` means that there is none.")
            .example("\"#\"");
    static final Option<String> NULL_TEXT = Option.text("null-text")
            .defaultValue("")
            .doc(
                    "The text without quotes that means null. By default that is nothing at all, so that `a,,c` has a null in "
                            + "the middle and `a,\"\",c` an empty text.")
            .example("'\\N'");
    static final Option<Boolean> TRIM = Option.bool("trim")
            .defaultValue(false)
            .doc("Whether blanks and tabs around fields are no part of them. Inside quotes they always are.")
            .example("true");
    static final Option<Charset> ENCODING = Option.parsed("encoding", SourceOptions::charset)
            .defaultValue(StandardCharsets.UTF_8)
            .doc(
                    "The encoding of the text. A byte order mark is recognised and decides between utf-8 and the two forms of "
                            + "utf-16.")
            .example("windows-1252");
    static final Option<TextFile.Compression> COMPRESSION = Option.choice("compression", TextFile.Compression.class)
            .defaultValue(TextFile.Compression.AUTO)
            .doc(
                    "How the files are compressed. With `auto`, a file whose name ends in .gz or that begins like gzip is gzip.")
            .example("gzip");
    static final Option<Map<String, ColumnType>> COLUMNS = Option.map(
                    "columns", Option.parsed("type", ColumnType::parse))
            .defaultValue(Map.of())
            .doc(
                    "The types of columns by name; those that are not named are inferred from a sample of the rows. A type may "
                            + "be followed by `not null`.")
            .example("{id: int64 not null, zip: string, price: \"decimal(10,2)\"}");
    static final Option<List<String>> KEY = Option.list("key", Option.text("column"))
            .defaultValue(List.of())
            .doc("The columns that together name a row.")
            .example("[id]");
    static final Option<Long> SAMPLE_ROWS = Option.integer("sample-rows", 0, 1_000_000)
            .defaultValue(1_000L)
            .doc(
                    "How many rows are looked at to infer types, once, when the source first starts. With 0, every column that "
                            + "is not declared is text.")
            .example("10000");
    static final Option<String> STREAM = Option.text("stream")
            .doc("The name of the stream that the rows belong to; by default the name of the source.")
            .example("orders");
    static final Option<OnChange> ON_CHANGE = Option.choice("on-change", OnChange.class)
            .defaultValue(OnChange.STOP)
            .doc(
                    "What to do when a file that was read, or read in part, is no longer what it was: its beginning differs, it "
                            + "is shorter, or it is gone. `stop` says so and waits for a person; `restart` reads the file again from "
                            + "the start, so that its rows come twice.")
            .example("restart");
    static final Option<OnNewColumn> ON_NEW_COLUMN = Option.choice("on-new-column", OnNewColumn.class)
            .defaultValue(OnNewColumn.STOP)
            .doc(
                    "What to do with a column that the stream does not have, because the file it began with had none of that "
                            + "name: stop, or pass over that column.")
            .example("ignore");
    static final Option<Duration> FOLLOW_EVERY = Option.duration(
                    "follow-every", Duration.ofMillis(100), Duration.ofDays(1))
            .defaultValue(Duration.ofSeconds(5))
            .doc("How often a source that runs continuously looks for new files and for rows behind the last one.")
            .example("1s");
    static final Option<Duration> SETTLE = Option.duration("settle", Duration.ZERO, Duration.ofDays(30))
            .defaultValue(Duration.ofMinutes(1))
            .doc(
                    "For how long a file must have been left alone until a source that runs continuously takes a last line "
                            + "without a line end for a row, and an incomplete gzip file for a damaged one.")
            .example("10m");
    static final Option<Long> MAX_ROW_BYTES = Option.size("max-row-bytes", 64, 512 * MIB)
            .defaultValue(8 * MIB)
            .doc("How many bytes a row may have. A longer one is a bad record, and memory is never filled with it.")
            .example("64MiB");

    static final Option<Long> MAX_LINES_IN_FIELD = Option.integer("max-lines-in-field", 1, 1_000_000)
            .defaultValue(1_000L)
            .doc(
                    "Over how many lines a field in quotes may run. One that runs over more lacks its closing quote: its first "
                            + "line is a bad record, and the lines behind it are read as rows. With 1, no field has a line end.")
            .example("1");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    PATH,
                    FORMAT,
                    HEADER,
                    DELIMITER,
                    QUOTE,
                    ESCAPE,
                    COMMENT,
                    NULL_TEXT,
                    TRIM,
                    ENCODING,
                    COMPRESSION,
                    COLUMNS,
                    KEY,
                    SAMPLE_ROWS,
                    STREAM,
                    ON_CHANGE,
                    ON_NEW_COLUMN,
                    FOLLOW_EVERY,
                    SETTLE,
                    MAX_ROW_BYTES,
                    MAX_LINES_IN_FIELD)
            .rule(SourceOptions::distinctCharacters);

    private SourceOptions() {}

    static CsvDialect dialect(Config config) {
        return new CsvDialect(
                config.get(DELIMITER),
                config.get(QUOTE),
                config.get(ESCAPE),
                config.get(COMMENT),
                config.get(NULL_TEXT),
                config.get(TRIM),
                config.get(MAX_LINES_IN_FIELD).intValue(),
                config.get(HEADER));
    }

    private static List<Problem> distinctCharacters(Config config) {
        List<Problem> problems = new ArrayList<>();
        char delimiter = config.get(DELIMITER).charAt(0);
        Optional<Character> quote = config.get(QUOTE);
        for (Option<Optional<Character>> option : List.of(QUOTE, ESCAPE, COMMENT)) {
            if (config.get(option).filter(c -> c == delimiter).isPresent()) {
                problems.add(Problem.at(option, "must not be what the delimiter begins with, '" + delimiter + "'"));
            }
        }
        if (quote.isPresent() && quote.equals(config.get(COMMENT))) {
            problems.add(Problem.at(COMMENT, "must not be the quote, " + quote.get()));
        }
        return problems;
    }

    private static String delimiter(String text) {
        String clean = text.equals("\\t") ? "\t" : text;
        if (clean.isEmpty() || clean.length() > 16 || clean.indexOf('\n') >= 0 || clean.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("must be 1 to 16 characters without a line end, not '" + text + "'");
        }
        return clean;
    }

    private static Optional<Character> character(String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        if (text.length() != 1 || text.charAt(0) <= ' ' || text.charAt(0) > '~') {
            throw new IllegalArgumentException("must be one visible character of ASCII, or none, not '" + text + "'");
        }
        return Optional.of(text.charAt(0));
    }

    private static Charset charset(String text) {
        try {
            return Charset.forName(text.toUpperCase(Locale.ROOT));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new IllegalArgumentException(
                    "must be the name of an encoding such as utf-8, utf-16, iso-8859-1 or windows-1252, not '" + text
                            + "'",
                    e);
        }
    }
}
