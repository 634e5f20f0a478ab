package io.mainstem.connectors.file;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Plan;
import io.mainstem.api.Plan.Change;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What the sink will do with a topic: the folder, the names of the files, how each field is written. Makes nothing. */
final class SinkPreview {

    private final Config config;
    private final Path folder;

    SinkPreview(Config config, Path folder) {
        this.config = config;
        this.folder = folder;
    }

    Plan of(StreamSchema topic) {
        checkWritable();
        boolean isThere = Files.isDirectory(folder);
        Plan.Builder plan = Plan.builder().target("folder " + shown(), isThere ? Change.NONE : Change.CREATE);
        if (!isThere) {
            plan.change("make the folder", shown());
        }
        plan.request("write files", fileName(topic.name()));
        if (isCsv()) {
            plan.request("above the rows", header(topic));
        }
        for (Field field : topic.schema().fields()) {
            plan.column(field.name(), field.name(), isCsv() ? "text" : jsonType(field), Change.NONE);
        }
        return plan.build();
    }

    /** As the configuration has it: a path of this machine says less. */
    private String shown() {
        return config.get(SinkOptions.PATH);
    }

    private void checkWritable() {
        FileSinkFactory.unwritable(folder).ifPresent(why -> {
            throw new StopException("file.unwritable", why, "Correct `path`, or the folder's mode.");
        });
    }

    private boolean isCsv() {
        return config.get(SinkOptions.FORMAT) == SinkOptions.Format.CSV;
    }

    private String fileName(String topic) {
        return config.get(SinkOptions.NAME).replace("{topic}", topic) + SinkOptions.ending(config);
    }

    private String header(StreamSchema topic) {
        return topic.schema().fields().stream()
                .map(Field::name)
                .collect(Collectors.joining(config.get(SinkOptions.DELIMITER)));
    }

    private static String jsonType(Field field) {
        return switch (field.type().kind()) {
            case BOOLEAN -> "true or false";
            case INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, DECIMAL -> "number";
            case ARRAY -> "array";
            case MAP, STRUCT -> "object";
            case JSON -> "as it is";
            default -> "string";
        };
    }
}
