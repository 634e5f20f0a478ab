package io.mainstem.connectors.file;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Field;
import io.mainstem.api.RetryException;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What all files of a source have in common: how they are written, and the schema of their rows. Immutable. */
final class CsvStream {

    private static final int SAMPLE_FILES_MAX = 100;

    private final Config config;
    private final Context context;
    private final CsvDialect dialect;
    private final Map<String, ColumnType> declared;

    CsvStream(Config config, Context context) {
        this.config = config;
        this.context = context;
        this.dialect = SourceOptions.dialect(config);
        this.declared = config.get(SourceOptions.COLUMNS);
    }

    TextFile open(Path path) throws IOException {
        Charset encoding = config.get(SourceOptions.ENCODING);
        return TextFile.open(path, encoding, config.get(SourceOptions.COMPRESSION));
    }

    CsvCursor cursor(TextFile file) {
        int rowMax = config.get(SourceOptions.MAX_ROW_BYTES).intValue();
        return new CsvCursor(file.buffer(), new CsvScanner(dialect), dialect, rowMax);
    }

    boolean hasHeader() {
        return dialect.header();
    }

    boolean restartsOnChange() {
        return config.get(SourceOptions.ON_CHANGE) == SourceOptions.OnChange.RESTART;
    }

    Duration followEvery() {
        return config.get(SourceOptions.FOLLOW_EVERY);
    }

    /** Whether nobody has touched a file for so long that it counts as complete. */
    boolean isSettled(FileStamp stamp) {
        Instant modified = Instant.parse(stamp.modified());
        return !modified.plus(config.get(SourceOptions.SETTLE))
                .isAfter(context.clock().instant());
    }

    /** The stream as it was declared first, with the types that the configuration declares now. */
    StreamSchema withDeclared(StreamSchema known) {
        List<Field> fields = new ArrayList<>();
        for (Field field : known.schema().fields()) {
            ColumnType type = declared.get(field.name());
            fields.add(type == null ? field : type.field(field.name()));
        }
        addMissing(fields);
        Schema schema = Schema.of(known.schema().name(), fields);
        return schema.equals(known.schema()) ? known : StreamSchema.of(known.name(), schema, known.key());
    }

    /** Declared columns that no file had so far. */
    private void addMissing(List<Field> fields) {
        Set<String> names = new HashSet<>();
        fields.forEach(field -> names.add(field.name()));
        declared.forEach((name, type) -> {
            if (names.add(name)) {
                fields.add(type.field(name));
            }
        });
    }

    /**
     * Finds the types in the first file that has rows. Nothing when no file has: types that are guessed from a header alone
     * would be text for good.
     */
    Optional<StreamSchema> infer(String name, List<FoundFile> files) {
        List<Field> best = List.of();
        boolean known = files.size() > SAMPLE_FILES_MAX || config.get(SourceOptions.SAMPLE_ROWS) == 0;
        for (FoundFile file : files.subList(0, Math.min(files.size(), SAMPLE_FILES_MAX))) {
            CsvSample sample = sample(file);
            if (best.isEmpty() || sample.rows() > 0) {
                best = sample.fields(declared);
            }
            known |= sample.tellsTypes(declared);
            if (sample.rows() > 0) {
                break;
            }
        }
        if (best.isEmpty()) {
            return Optional.empty();
        }
        checkDeclared(best, files.get(0).id());
        StreamSchema stream = stream(name, best);
        return known ? Optional.of(stream) : Optional.empty();
    }

    /** A declared column that the first file has not is a mistake, not a column that is always null; later ones may be new. */
    private void checkDeclared(List<Field> fields, String file) {
        Set<String> names = new TreeSet<>();
        fields.forEach(field -> names.add(field.name()));
        for (String column : declared.keySet()) {
            if (!names.contains(column)) {
                throw new StopException(
                        "file.columns",
                        "'" + file + "' has no column '" + column + "', which `columns` declares; it has "
                                + String.join(", ", names),
                        "Correct `columns`; declare a column that only later files have when the first of them is there.");
            }
        }
    }

    private StreamSchema stream(String name, List<Field> fields) {
        Schema schema = Schema.of(name, fields);
        for (String column : config.get(SourceOptions.KEY)) {
            if (schema.indexOf(column) < 0) {
                throw new StopException(
                        "file.columns",
                        "`key` names the column '" + column + "', and the files have " + schema,
                        "Correct `key`.");
            }
        }
        return StreamSchema.of(name, schema, config.get(SourceOptions.KEY));
    }

    private CsvSample sample(FoundFile file) {
        try (TextFile text = open(file.path())) {
            CsvCursor cursor = cursor(text);
            List<String> names = hasHeader() ? CsvHeader.read(cursor, file.id(), true) : List.copyOf(declared.keySet());
            return CsvSample.take(cursor, names, config.get(SourceOptions.SAMPLE_ROWS), dialect.nullBytes());
        } catch (EOFException e) {
            if (isSettled(file.stamp())) {
                throw FileErrors.unreadable(file.id(), 0, e);
            }
            throw new RetryException("'" + file.id() + "' is not complete yet: " + e.getMessage(), e, followEvery());
        } catch (IOException e) {
            throw FileErrors.unreadable(file.id(), 0, e);
        }
    }

    /**
     * A reader for the rows of one file.
     *
     * @param names the names in the file's header
     */
    CsvRowReader rowReader(StreamSchema stream, List<String> names, String file) {
        Schema schema = stream.schema();
        if (!hasHeader()) {
            List<String> all = schema.fields().stream().map(Field::name).toList();
            return new CsvRowReader(schema, all, identity(schema.size()), dialect);
        }
        int[] fields = new int[names.size()];
        Set<String> missing = new HashSet<>();
        schema.fields().stream().filter(field -> !field.isNullable()).forEach(field -> missing.add(field.name()));
        for (int i = 0; i < fields.length; i++) {
            fields[i] = schema.indexOf(names.get(i));
            missing.remove(names.get(i));
            if (fields[i] < 0) {
                unknown(names.get(i), file, schema);
            }
        }
        if (!missing.isEmpty()) {
            throw new StopException(
                    "file.columns",
                    "'" + file + "' has no column '" + missing.iterator().next() + "', whose type is 'not null'",
                    "Add it to the file, or declare its type without 'not null'.");
        }
        return new CsvRowReader(schema, names, fields, dialect);
    }

    private void unknown(String column, String file, Schema schema) {
        if (config.get(SourceOptions.ON_NEW_COLUMN) == SourceOptions.OnNewColumn.STOP) {
            throw new StopException(
                    "file.columns",
                    "'" + file + "' has a column '" + column + "', which the stream has not: " + schema,
                    "Declare it with columns: {" + column + ": string} or another type, or pass over such columns with "
                            + "on-new-column: ignore.");
        }
        context.logger().log(System.Logger.Level.WARNING, "{0}: the column ''{1}'' is passed over", file, column);
    }

    private static int[] identity(int size) {
        int[] fields = new int[size];
        for (int i = 0; i < size; i++) {
            fields[i] = i;
        }
        return fields;
    }
}
