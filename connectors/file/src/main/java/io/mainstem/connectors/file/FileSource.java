package io.mainstem.connectors.file;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.Field;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads files, each a split of its own. */
final class FileSource implements Source, Plannable {

    private final Config config;
    private final Context context;
    private final String stream;
    private final FileFinder finder;
    private final CsvStream csv;
    private boolean hasWarned;

    FileSource(Config config, Context context) {
        this.config = config;
        this.context = context;
        this.stream = config.find(SourceOptions.STREAM).orElse(context.name());
        this.finder = FileFinder.of(config.get(SourceOptions.PATH), context);
        this.csv = new CsvStream(config, context);
    }

    @Override
    public Discovery discover(KnownSplits known) throws IOException {
        List<FoundFile> files = finder.find();
        checkNoneIsGone(known, files);
        Optional<StreamSchema> schema =
                known.stream(stream).map(csv::withDeclared).or(() -> csv.infer(stream, files));
        if (files.isEmpty() && !hasWarned) {
            context.logger()
                    .log(System.Logger.Level.WARNING, "no file matches ''{0}''", config.get(SourceOptions.PATH));
        }
        hasWarned = files.isEmpty();
        List<Split> splits = schema.isEmpty()
                ? List.of()
                : files.stream()
                        .filter(file -> !isDone(known, file))
                        .map(file -> Split.of(file.id(), stream))
                        .toList();
        return Discovery.of(schema.map(List::of).orElse(List.of()), splits)
                .andAgainAfter(config.get(SourceOptions.FOLLOW_EVERY));
    }

    /** Files are opened and read; there is nothing to send. */
    @Override
    public Plan plan(StreamSchema planned) {
        Plan.Builder plan = Plan.builder().target("files " + config.get(SourceOptions.PATH), Plan.Change.NONE);
        for (Field field : planned.schema().fields()) {
            boolean isDeclared = config.get(SourceOptions.COLUMNS).containsKey(field.name());
            plan.column(field.name(), field.name(), isDeclared ? "declared" : "found out", Plan.Change.NONE);
        }
        return plan.build();
    }

    /** Whether a file was read to its end and looks as it did then. */
    private static boolean isDone(KnownSplits known, FoundFile file) {
        return known.isFinished(file.id())
                && known.position(file.id())
                        .flatMap(position -> FilePosition.of(position).end())
                        .filter(file.stamp()::equals)
                        .isPresent();
    }

    /** A file that vanished after part of it was read would be a silent loss of the rest. */
    private void checkNoneIsGone(KnownSplits known, List<FoundFile> files) {
        Set<String> there = files.stream().map(FoundFile::id).collect(Collectors.toSet());
        if (config.get(SourceOptions.ON_CHANGE) == SourceOptions.OnChange.RESTART) {
            return;
        }
        for (Split split : known.splits()) {
            if (!there.contains(split.id())
                    && !known.isFinished(split.id())
                    && !Files.exists(finder.path(split.id()))) {
                known.position(split.id())
                        .map(FilePosition::of)
                        .filter(position -> position.end().isEmpty())
                        .ifPresent(position -> {
                            throw gone(split, position);
                        });
            }
        }
    }

    private StopException gone(Split split, FilePosition position) {
        return new StopException(
                "file.gone",
                "the file '" + split.id() + "' is gone from " + finder.path(split.id()) + ", after its first "
                        + position.rows() + " rows were read but before its end",
                "Put it back; or, when its remaining rows are not needed, reset its position or set on-change: restart.");
    }

    @Override
    public SplitReader open(Split split, Map<String, Position> stored, ReaderContext reader) {
        FilePosition position = Optional.ofNullable(stored.get(split.id()))
                .map(FilePosition::of)
                .orElse(FilePosition.START);
        return new CsvReader(split.id(), finder.path(split.id()), csv, reader, position, context.logger());
    }

    @Override
    public void close() {
        // each reader closes its own file
    }
}
