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
import java.util.Optional;
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
        return unwritable(context.resolve(config.get(SinkOptions.PATH)).toAbsolutePath())
                .map(why -> List.of(Problem.at(SinkOptions.PATH, why + "; name another folder, or change its mode")))
                .orElse(List.of());
    }

    /** Why a folder, which may have to be made, cannot be written. */
    static Optional<String> unwritable(Path folder) {
        @Nullable Path there = folder;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isDirectory(there)) {
            return Optional.of(there + " is no folder");
        }
        return Files.isWritable(there) ? Optional.empty() : Optional.of(there + " may not be written by this user");
    }

    @Override
    public Sink create(Config config, Context context) {
        return new FileSink(config, context);
    }
}
