package io.mainstem.connectors.file;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Origin;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Writes files, a file at a time for each partition. */
final class FileSink implements Sink, Plannable {

    private final Config config;
    private final Context context;
    private final Path folder;
    private final Path state;
    private final Map<TopicPartition, PartitionWriter> writers = new LinkedHashMap<>();

    FileSink(Config config, Context context) {
        this.config = config;
        this.context = context;
        this.folder = context.resolve(config.get(SinkOptions.PATH)).toAbsolutePath();
        this.state = folder.resolve("_mainstem").resolve(context.pipeline()).resolve(context.name());
    }

    @Override
    public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext sinkContext) {
        Map<TopicPartition, SinkOffset> offsets = new HashMap<>();
        onDisk(() -> {
            for (TopicPartition partition : added) {
                Path own = state.resolve(partition.toString());
                Disk.createFolders(own);
                PartitionWriter writer = PartitionWriter.takeOver(partition, folder, own, config, context.clock());
                writers.put(partition, writer);
                writer.offset().ifPresent(offset -> offsets.put(partition, offset));
            }
        });
        return offsets;
    }

    @Override
    public Plan plan(StreamSchema topic) {
        return new SinkPreview(config, folder).of(topic);
    }

    @Override
    public void reset(Map<TopicPartition, SinkOffset> offsets) {
        onDisk(() -> {
            for (Map.Entry<TopicPartition, SinkOffset> entry : offsets.entrySet()) {
                writer(entry.getKey()).reset(entry.getValue());
            }
        });
    }

    @Override
    public void write(SinkBatch batch) {
        Map<Origin, Exception> bad = new HashMap<>();
        onDisk(() -> {
            writer(batch.partition()).write(batch, bad);
            if (!bad.isEmpty()) {
                for (PartitionWriter writer : writers.values()) {
                    writer.undo();
                }
            }
        });
        if (!bad.isEmpty()) {
            throw new BadRecordsException(bad);
        }
    }

    private PartitionWriter writer(TopicPartition partition) {
        PartitionWriter writer = writers.get(partition);
        if (writer == null) {
            throw new IllegalStateException("partition " + partition + " is not assigned");
        }
        return writer;
    }

    @Override
    public void flush() {
        onDisk(() -> {
            for (PartitionWriter writer : writers.values()) {
                writer.commit();
            }
        });
    }

    @Override
    public void idle() {
        onDisk(() -> {
            for (PartitionWriter writer : writers.values()) {
                if (writer.isDue()) {
                    writer.complete();
                }
            }
        });
    }

    @Override
    public void revoke(Set<TopicPartition> gone) {
        onDisk(() -> {
            for (TopicPartition partition : gone) {
                PartitionWriter writer = writers.remove(partition);
                if (writer != null) {
                    writer.end();
                }
            }
        });
    }

    @Override
    public void close() {
        revoke(Set.copyOf(writers.keySet()));
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    /** Whatever the disk refuses, it may take later. */
    private void onDisk(DiskWork work) {
        try {
            work.run();
        } catch (IOException e) {
            throw FileErrors.unwritable(folder, e);
        }
    }
}
