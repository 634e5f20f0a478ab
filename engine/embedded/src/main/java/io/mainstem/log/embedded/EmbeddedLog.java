package io.mainstem.log.embedded;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.StorageException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log in a folder of this machine's disk. Thread-safe. */
public final class EmbeddedLog implements Log {
    private final Engine engine;
    private final OpenFiles files;
    private final Administration administration;
    private final Worker checkpoints;
    private final Watch watch;
    private final Worker watching;
    private final @Nullable FolderLock folderLock;
    private boolean closed;

    private EmbeddedLog(
            Engine engine,
            OpenFiles files,
            Administration administration,
            Worker checkpoints,
            Watch watch,
            Worker watching,
            @Nullable FolderLock folderLock) {
        this.engine = engine;
        this.files = files;
        this.administration = administration;
        this.checkpoints = checkpoints;
        this.watch = watch;
        this.watching = watching;
        this.folderLock = folderLock;
    }

    /**
     * Opens the log in a data folder, which is created when it is not there, and recovers what a crash left.
     *
     * @throws io.mainstem.log.LogInUseException when another process, or this one, has it open
     * @throws StorageException when the folder cannot be read or written
     */
    public static Log open(Path dir, EmbeddedLogOptions options) {
        FolderLock lock = null;
        try {
            Files.createDirectories(dir);
            Path root = dir.toRealPath();
            lock = FolderLock.take(root);
            return open(root, options, lock);
        } catch (IOException e) {
            release(lock);
            throw new StorageException(
                    "the log in '" + dir + "' cannot be opened (" + e.getMessage() + "); check folder and disk", e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static void release(@Nullable FolderLock lock) {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new StorageException("the lock of the data folder cannot be given back", e);
        }
    }

    /** Opens the log on a disk that knows no locks. */
    static EmbeddedLog openUnlocked(Path root, EmbeddedLogOptions options) throws IOException {
        return open(root, options, null);
    }

    private static EmbeddedLog open(Path root, EmbeddedLogOptions options, @Nullable FolderLock lock)
            throws IOException {
        OpenFiles files = new OpenFiles(options.storage(), options.openFilesMax());
        DirtyFiles dirty = new DirtyFiles();
        Staging staging = new Staging(options.journalFileBytes());
        LogState state = new LogState(root, files, dirty);
        Journal.Place end = new Recovery(state, files, dirty, staging).run();
        Journal journal = new Journal(options.storage(), root, options.journalFileBytes(), staging, end);
        Committer committer = new Committer(journal, staging, files, options.durability() == Durability.DISK);
        Checkpointer checkpointer = new Checkpointer(committer, state, files, dirty, options.checkpointBytes());
        checkpointer.run(false);
        if (committer.hasFailed()) {
            LogException failure = committer.stopped();
            files.close();
            journal.close();
            throw failure == null ? new StorageException("the log cannot be opened") : failure;
        }
        Groups groups = new Groups();
        Worker writer = options.background() ? startWriter(committer, groups) : Worker.none();
        Worker checkpoints = options.background() ? startCheckpoints(checkpointer, options) : Worker.none();
        if (options.background()) {
            committer.passOnTo(writer::wake);
            checkpointer.wakeWith(checkpoints::wake);
        }
        Engine engine = new Engine(state, committer, checkpointer, groups, writer, options.clock(), options.ticker());
        Watch watch = new Watch(
                engine,
                new Watch.Limits(
                        options.offsetsRetention(),
                        options.transactionalIdExpiration(),
                        options.producerIdExpiration()),
                options.clock(),
                group -> false);
        Worker watching = options.background() ? startWatch(watch) : Worker.none();
        Administration administration = new Administration(engine, files, options.random());
        return new EmbeddedLog(engine, files, administration, checkpoints, watch, watching, lock);
    }

    private static Worker startWatch(Watch watch) {
        return Worker.start("mainstem-log-watch", asked -> {
            watch.look();
            return Watch.INTERVAL.toNanos();
        });
    }

    private static Worker startWriter(Committer committer, Groups groups) {
        return Worker.start("mainstem-log-writer", asked -> {
            long next = Long.MAX_VALUE;
            long now = System.nanoTime();
            for (IdempotentProducer producer : groups.producers()) {
                next = Math.min(next, producer.sendDue(now));
            }
            committer.lead();
            return next;
        });
    }

    private static Worker startCheckpoints(Checkpointer checkpointer, EmbeddedLogOptions options) {
        long interval = options.checkpointInterval().toNanos();
        return Worker.start("mainstem-log-checkpoints", asked -> {
            if (asked ? checkpointer.due() : checkpointer.hasWork()) {
                checkpointer.run(false);
            }
            return interval;
        });
    }

    @Override
    public LogAdmin admin() {
        return administration;
    }

    @Override
    public Producer producer(ProducerOptions options) {
        ProducerGrant grant =
                new ProducerGrant(engine.state(), options.transactionalId().orElse(""));
        engine.submitAndWait(grant);
        if (options.transactionalId().isPresent()) {
            TransactionalProducer producer =
                    new TransactionalProducer(engine, options.transactionalId().get(), grant.identity(), options);
            engine.groups().add(producer);
            return producer;
        }
        IdempotentProducer producer = new IdempotentProducer(engine, grant.identity(), options);
        engine.groups().add(producer);
        return producer;
    }

    @Override
    public GroupConsumer consumer(String group, ConsumerOptions options) {
        return new GroupMember(engine, group, options);
    }

    @Override
    public PartitionReader reader(TopicPartition partition, long offset) {
        PartitionLog log = engine.state().partition(partition);
        if (log == null) {
            throw new TopicNotFoundException("partition " + partition + " does not exist");
        }
        return new SingleReader(engine, log, offset);
    }

    /** Looks at what has a time limit now. */
    void look() {
        watch.look();
    }

    /** The parts of the log, for who sends whole batches. */
    Engine engine() {
        return engine;
    }

    /** Makes a checkpoint now. */
    void checkpoint() {
        engine.checkpointer().run(false);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List.copyOf(engine.groups().producers()).forEach(IdempotentProducer::close);
        watching.stop();
        engine.committer().passOnTo(null);
        engine.worker().stop();
        checkpoints.stop();
        engine.committer().close();
        engine.groups().wakeAll();
        try {
            leaveIndexes();
            engine.checkpointer().run(true);
            files.close();
            engine.committer().journal().close();
        } catch (IOException e) {
            throw new StorageException(
                    "the log was closed, but its last files could not be written (" + e.getMessage()
                            + "); what was acknowledged is safe",
                    e);
        } finally {
            release(folderLock);
        }
    }

    private void leaveIndexes() throws IOException {
        if (engine.committer().hasFailed()) {
            return;
        }
        for (Topic topic : engine.state().topics()) {
            for (PartitionLog partition : topic.partitions()) {
                partition.writeActiveIndex();
            }
        }
    }
}
