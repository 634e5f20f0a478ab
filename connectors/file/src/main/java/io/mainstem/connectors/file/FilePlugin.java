package io.mainstem.connectors.file;

import io.mainstem.api.Factory;
import io.mainstem.api.Plugin;
import java.util.List;

/** Files: a source of CSV, and a sink of JSON lines and CSV. */
public final class FilePlugin implements Plugin {

    /** For the runtime. */
    public FilePlugin() {
        // nothing to prepare: a plugin that was made has touched nothing
    }

    @Override
    public List<Factory<?>> factories() {
        return List.of(new FileSourceFactory(), new FileSinkFactory());
    }
}
