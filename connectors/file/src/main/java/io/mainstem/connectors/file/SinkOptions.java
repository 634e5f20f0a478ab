package io.mainstem.connectors.file;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import java.time.Duration;
import java.util.List;

/** The options of the sink. */
final class SinkOptions {

    /** How rows are written. */
    enum Format {
        JSONL,
        CSV
    }

    /** How files are compressed. */
    enum Compression {
        NONE,
        GZIP
    }

    /** What becomes of a message that says that something was deleted. */
    enum Deletes {
        WRITE,
        SKIP,
        STOP
    }

    /** What to do with a topic that has the name of another one that was written before. */
    enum OnNewTopic {
        STOP,
        APPEND
    }

    private static final long GIB = 1024L * 1024 * 1024;
    private static final List<String> PLACES = List.of("{topic}", "{partition}", "{offset}");

    static final Option<String> PATH = Option.text("path")
            .required()
            .doc(
                    "The folder for the files; it is made when it is not there. A relative path begins at the folder of the "
                            + "pipeline's file.")
            .example("out/orders");
    static final Option<Format> FORMAT = Option.choice("format", Format.class)
            .defaultValue(Format.JSONL)
            .doc("How rows are written: a JSON object in each line, or CSV with a header.")
            .example("csv");
    static final Option<String> NAME = Option.parsed("name", SinkOptions::name)
            .defaultValue("{topic}-{partition}-{offset}")
            .doc(
                    "The name of a file without its ending. {topic}, {partition} and {offset} (the first offset in it) must be "
                            + "in it: they make the name one that no other file has.")
            .example("export-{topic}-{partition}-{offset}");
    static final Option<Compression> COMPRESSION = Option.choice("compression", Compression.class)
            .defaultValue(Compression.NONE)
            .doc("How the files are compressed.")
            .example("gzip");
    static final Option<Long> ROLL_ROWS = Option.integer("roll-rows", 1, Long.MAX_VALUE)
            .defaultValue(Long.MAX_VALUE)
            .doc("A file is complete when it has so many rows.")
            .example("1000000");
    static final Option<Long> ROLL_BYTES = Option.size("roll-bytes", 1, 1024 * GIB)
            .defaultValue(GIB / 8)
            .doc("A file is complete when it has about so many bytes.")
            .example("64MiB");
    static final Option<Duration> ROLL_EVERY = Option.duration(
                    "roll-every", Duration.ofSeconds(1), Duration.ofDays(365))
            .defaultValue(Duration.ofMinutes(5))
            .doc("A file is complete this long after its first row. Files are also complete when the pipeline ends.")
            .example("1h");
    static final Option<String> DELIMITER = Option.parsed("delimiter", SinkOptions::delimiter)
            .defaultValue(",")
            .doc("What stands between the fields of CSV: one character. `\\t` is a tab.")
            .example("\";\"");
    static final Option<Deletes> DELETES = Option.choice("deletes", Deletes.class)
            .defaultValue(Deletes.WRITE)
            .doc("What becomes of a delete: in JSON lines, `write` makes it a line with the key's fields and \"_op\": "
                    + "\"delete\"; CSV has no place for it, so that there it is a bad record. `skip` leaves it out, `stop` stops "
                    + "the sink.")
            .example("skip");
    static final Option<OnNewTopic> ON_NEW_TOPIC = Option.choice("on-new-topic", OnNewTopic.class)
            .defaultValue(OnNewTopic.STOP)
            .doc(
                    "What to do when a topic was deleted and made again under its name, so that its offsets mean other records: "
                            + "stop, or write its records into new files beside the old ones.")
            .example("append");

    static final ConfigSpec SPEC = ConfigSpec.of(
            PATH, FORMAT, NAME, COMPRESSION, ROLL_ROWS, ROLL_BYTES, ROLL_EVERY, DELIMITER, DELETES, ON_NEW_TOPIC);

    private SinkOptions() {}

    private static String name(String text) {
        for (String place : PLACES) {
            if (!text.contains(place)) {
                throw new IllegalArgumentException("must contain " + place + ", not '" + text + "'");
            }
        }
        if (text.indexOf('/') >= 0 || text.indexOf('\\') >= 0 || text.startsWith(".") || text.startsWith("_")) {
            throw new IllegalArgumentException(
                    "must be a name without folders that does not begin with . or _, not '" + text + "'");
        }
        return text;
    }

    /** How the names of the files end. */
    static String ending(Config config) {
        return (config.get(FORMAT) == Format.CSV ? ".csv" : ".jsonl")
                + (config.get(COMPRESSION) == Compression.GZIP ? ".gz" : "");
    }

    private static String delimiter(String text) {
        String clean = text.equals("\\t") ? "\t" : text;
        if (clean.length() != 1 || clean.charAt(0) > '~' || "\"\r\n".contains(clean)) {
            throw new IllegalArgumentException(
                    "must be one character of ASCII, no quote or line end, not '" + text + "'");
        }
        return clean;
    }
}
