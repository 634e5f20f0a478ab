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
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log in a folder of this machine's disk. Thread-safe. */
public final class EmbeddedLog implements Log {
    /** After the open, so that a short run deletes what is old, too. */
    private static final long FIRST_LOOK_NANOS = 1_000_000_000;

    /** Between two looks while producers wait. */
    private static final long FULL_NANOS = 1_000_000_000;

    /** How many files of a checkpoint are forced at the same time. */
    private static final int FORCES = 8;

    /** The steps of deletions at the close. */
    private static final int LAST_STEPS = 1_000;

    /** Between two steps of a deletion. */
    private static final long TRASH_NANOS = 20_000_000;

    private final Engine engine;
    private final Administration administration;
    private final Retention retention;
    private final Watch watch;
    private final List<Worker> workers;
    private final @Nullable FolderLock folderLock;
    private boolean closed;

    private EmbeddedLog(
            Engine engine,
            Administration administration,
            Retention retention,
            Watch watch,
            List<Worker> workers,
            @Nullable FolderLock folderLock) {
        this.engine = engine;
        this.administration = administration;
        this.retention = retention;
        this.watch = watch;
        this.workers = workers;
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
                    "the log in '" + dir + "' cannot be opened (" + reason(e) + "); check folder and disk", e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    /**
     * Opens the log of a data folder as it would be after {@link #open}, and leaves the folder as it is: what recovery, or a
     * caller, writes is kept in memory and is gone at the close. Where there is no folder the log is empty. Meanwhile nobody else
     * can open it.
     *
     * @throws io.mainstem.log.LogInUseException when another process, or this one, has it open
     * @throws StorageException when the folder cannot be read
     */
    public static Log look(Path dir) {
        FolderLock lock = null;
        try {
            Path root =
                    Files.exists(dir) ? dir.toRealPath() : dir.toAbsolutePath().normalize();
            lock = FolderLock.share(root).orElse(null);
            return open(root, EmbeddedLogOptions.toLook(), lock);
        } catch (IOException e) {
            release(lock);
            throw new StorageException(
                    "the log in '" + dir + "' cannot be read (" + reason(e) + "); check folder and disk", e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    /** These exceptions have only the file's name for a message. */
    private static String reason(IOException e) {
        return e instanceof AccessDeniedException
                ? "this user may not read and write '" + e.getMessage() + "'"
                : String.valueOf(e.getMessage());
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
        DataFolder data = new DataFolder(root, options.storage(), options.openFilesMax());
        Staging staging = new Staging(options.journalFileBytes());
        LogState state = new LogState(data);
        Journal.Place end = new Recovery(state, staging).run();
        Journal journal = new Journal(options.storage(), root, options.journalFileBytes(), staging, end);
        long minFree = options.minFreeBytes(options.storage().totalBytes(root));
        DiskBudget budget = new DiskBudget(data, options.budgetBytes(), minFree, options.clock(), journal::bytes);
        Committer committer =
                new Committer(journal, staging, data.files(), budget, options.durability() == Durability.DISK);
        Forces forces = new Forces(options.background() ? FORCES : 1);
        Checkpointer checkpointer = new Checkpointer(committer, state, options.checkpointBytes(), forces);
        Ballast ballast = new Ballast(options.storage(), root, options.ballastBytes());
        // The first checkpoint remembers it: a jump of the clock while nothing ran is one, also when the last life was
        // short.
        state.retentionClock.look(options.clock().millis());
        try {
            firstCheckpoint(checkpointer, committer, ballast, data);
            Recovery.finishDeletions(state);
            Recovery.finishSwaps(state);
            // From the first moment: who fills the disk by short commands must be able to open the log again.
            ballast.take();
        } catch (IOException | LogException e) {
            data.files().close();
            journal.close();
            throw e;
        }
        budget.look();
        Groups groups = new Groups();
        Worker writer = options.background() ? startWriter(committer, groups) : Worker.none();
        Worker checkpoints = options.background() ? startCheckpoints(checkpointer, options) : Worker.none();
        if (options.background()) {
            committer.passOnTo(writer::wake);
            checkpointer.wakeWith(checkpoints::wake);
        }
        Compaction compaction = new Compaction(
                state,
                committer,
                checkpointer,
                budget,
                options.clock(),
                options.random(),
                options.compactionMemoryBytes());
        Engine engine = new Engine(
                state, committer, checkpointer, budget, compaction, groups, writer, options.clock(), options.ticker());
        Retention retention = new Retention(state, committer, checkpointer, budget, ballast, options.clock());
        Worker cleaner = options.background() ? startCleaner(retention, engine, options) : Worker.none();
        Watch watch = new Watch(
                engine,
                new Watch.Limits(
                        options.offsetsRetention(),
                        options.transactionalIdExpiration(),
                        options.producerIdExpiration()),
                options.clock());
        Worker watching = options.background() ? startWatch(watch) : Worker.none();
        Administration administration = new Administration(engine, options.random());
        return new EmbeddedLog(engine, administration, retention, watch, List.of(watching, cleaner, checkpoints), lock);
    }

    private static Worker startWatch(Watch watch) {
        return Worker.start("mainstem-log-watch", asked -> {
            watch.look();
            return Watch.INTERVAL.toNanos();
        });
    }

    /** Nobody may read before it is made: until then what was recovered is not forced. */
    private static void firstCheckpoint(
            Checkpointer checkpointer, Committer committer, Ballast ballast, DataFolder data) {
        if (checkpointer.run(false) || ballast.give() && checkpointer.run(false)) {
            return;
        }
        committer.checkOpen();
        throw new StorageException("the log in '" + data.root()
                + "' cannot be opened: there is no room for a checkpoint; free some space on the disk");
    }

    private static Worker startCleaner(Retention retention, Engine engine, EmbeddedLogOptions options) {
        Trash trash = engine.state().data().trash();
        Compaction compaction = engine.compaction();
        long[] nextLook = {
            System.nanoTime()
                    + Math.min(FIRST_LOOK_NANOS, options.retentionInterval().toNanos())
        };
        Worker cleaner = Worker.start("mainstem-log-cleaner", asked -> {
            if (asked || System.nanoTime() - nextLook[0] >= 0) {
                retention.look();
                compaction.look();
                long wait = options.retentionInterval().toNanos();
                nextLook[0] = System.nanoTime() + (engine.budget().isFull() ? Math.min(wait, FULL_NANOS) : wait);
            }
            long compacting = compact(engine);
            if (trash.step()) {
                return engine.budget().isFull() ? 0 : Math.min(compacting, TRASH_NANOS);
            }
            return compacting < Long.MAX_VALUE ? compacting : Math.max(0, nextLook[0] - System.nanoTime());
        });
        trash.wakeWith(cleaner::wake);
        return cleaner;
    }

    /** Does a step of compaction, and says when the next one may be done: while others append, it rests as long as it works. */
    private static long compact(Engine engine) {
        long journal = engine.committer().journal().bytesWritten();
        long start = System.nanoTime();
        if (!engine.compaction().step()) {
            return Long.MAX_VALUE;
        }
        boolean alone = engine.committer().journal().bytesWritten() == journal;
        return alone ? 0 : System.nanoTime() - start;
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

    /** Does now what is otherwise done from time to time: retention, compaction, and the deletion of files. */
    void clean() {
        retention.look();
        compact();
        emptyTrash();
    }

    /** Does all rounds of compaction that are due. */
    void compact() {
        engine.compaction().look();
        while (engine.compaction().step()) {
            engine.budget().look();
        }
    }

    /** Deletes what is to be deleted. */
    void emptyTrash() {
        Trash trash = engine.state().data().trash();
        while (trash.step()) {
            engine.budget().look();
        }
    }

    /** For tests that carry retention out themselves. */
    Retention retention() {
        return retention;
    }

    /** For tests that do its steps themselves. */
    Compaction compaction() {
        return engine.compaction();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List.copyOf(engine.groups().producers()).forEach(IdempotentProducer::close);
        engine.committer().passOnTo(null);
        engine.worker().stop();
        // The writer may have ended with a request of others that it had not begun with; from here on they lead
        // themselves.
        engine.committer().lead();
        workers.forEach(Worker::stop);
        engine.compaction().stop();
        engine.committer().close();
        engine.groups().wakeAll();
        try {
            leaveIndexes();
            engine.checkpointer().run(true);
            deleteSome();
            engine.state().data().files().close();
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

    /** A command that truncates and ends gives the space back; what is much goes with the next open. */
    private void deleteSome() {
        Trash trash = engine.state().data().trash();
        for (int i = 0; i < LAST_STEPS && trash.step(); i++) {
            engine.budget().look();
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
