package io.mainstem.connectors.file;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Field;
import io.mainstem.api.Problem;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Makes sources that read files. */
final class FileSourceFactory implements SourceFactory {

    @Override
    public String name() {
        return "file";
    }

    @Override
    public String summary() {
        return "Reads the rows of files: one file, those of a folder, or those that a pattern matches.";
    }

    @Override
    public ConfigSpec config() {
        return SourceOptions.SPEC;
    }

    @Override
    public Capabilities capabilities(Config config) {
        return Capabilities.of(Capability.PARALLEL_SPLITS);
    }

    @Override
    public Schedule defaultSchedule(Config config) {
        return Schedule.ONCE;
    }

    @Override
    public List<Field> declaredFields(Config config) {
        List<Field> fields = new ArrayList<>();
        config.find(SourceOptions.COLUMNS)
                .ifPresent(columns -> columns.forEach((name, type) -> fields.add(type.field(name))));
        return List.copyOf(fields);
    }

    @Override
    public List<StreamSchema> knownStreams(Config config, Context context) throws IOException {
        List<FoundFile> files =
                FileFinder.of(config.get(SourceOptions.PATH), context).findThere();
        String stream = config.find(SourceOptions.STREAM).orElse(context.name());
        CsvStream csv = new CsvStream(config, context);
        return files.isEmpty()
                ? List.of()
                : csv.infer(stream, files).map(List::of).orElse(List.of());
    }

    @Override
    public List<Problem> check(Config config, Context context) throws IOException {
        List<Problem> problems = new ArrayList<>();
        try {
            List<FoundFile> files =
                    FileFinder.of(config.get(SourceOptions.PATH), context).find();
            if (files.isEmpty()) {
                problems.add(
                        Problem.at(SourceOptions.PATH, "no file matches '" + config.get(SourceOptions.PATH) + "'"));
            }
            files.stream()
                    .filter(file -> !Files.isReadable(file.path()))
                    .forEach(file -> problems.add(Problem.at(
                            SourceOptions.PATH, file.path() + " may not be read by this user; change its mode")));
        } catch (StopException e) {
            problems.add(Problem.at(SourceOptions.PATH, e.getMessage() + ". " + e.whatToDo()));
        }
        return problems;
    }

    @Override
    public Source create(Config config, Context context) {
        return new FileSource(config, context);
    }
}
