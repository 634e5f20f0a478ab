package io.mainstem.connectors.file;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Problem;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes sinks that write files. */
final class FileSinkFactory implements SinkFactory {

    @Override
    public String name() {
        return "file";
    }

    @Override
    public String summary() {
        return "Writes rows into files of JSON lines or CSV, each row exactly once.";
    }

    @Override
    public ConfigSpec config() {
        return SinkOptions.SPEC;
    }

    @Override
    public Capabilities capabilities(Config config) {
        return Capabilities.of(Capability.OWNS_OFFSETS, Capability.SCHEMA_EVOLUTION);
    }

    @Override
    public List<Problem> check(Config config, Context context) {
        Path folder = context.resolve(config.get(SinkOptions.PATH)).toAbsolutePath();
        @Nullable Path there = folder;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isDirectory(there)) {
            return List.of(Problem.at(SinkOptions.PATH, there + " is no folder; name one"));
        }
        return Files.isWritable(there)
                ? List.of()
                : List.of(Problem.at(SinkOptions.PATH, there + " may not be written by this user; change its mode"));
    }

    @Override
    public Sink create(Config config, Context context) {
        return new FileSink(config, context);
    }
}
