package io.mainstem.cli;

import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.pipeline.PipelineFolder;
import io.mainstem.runtime.worker.Worker;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets a worker do what the files of a folder say. It has a thread of its own: plugins check their options there, and one that hangs
 * must keep the process neither from ending nor from telling how its pipelines are. All methods are for one other thread.
 */
final class FolderWatch implements AutoCloseable {

    /** Between two looks. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How long a look may take before it is told that it does: stopping what has changed takes up to ten seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long the end waits for a look. */
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final PipelineFolder folder;
    private final Worker worker;
    private final Console console;
    private final Thread thread = new Thread(this::follow, "mainstem-serve-folder");
    private final CountDownLatch closing = new CountDownLatch(1);
    private final FileProblems problems;
    private final Set<ConfigProblem> told = new LinkedHashSet<>();
    private volatile long beganNanos;
    private volatile boolean isLooking;
    private volatile @Nullable Throwable thrown;
    private boolean toldLate;
    private PipelineFolder.@Nullable Look last;
    private @Nullable String unreadable;

    /**
     * Begins to follow.
     *
     * @param problems is told what is wrong with the files, whenever that changes
     */
    FolderWatch(PipelineFolder folder, Worker worker, FileProblems problems, Console console) {
        this.folder = folder;
        this.worker = worker;
        this.problems = problems;
        this.console = console;
        thread.setDaemon(true);
        thread.start();
    }

    private void follow() {
        try {
            do {
                beganNanos = System.nanoTime();
                isLooking = true;
                look();
                isLooking = false;
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            thrown = closing.getCount() == 0 ? null : e;
        }
    }

    private void look() throws InterruptedException {
        PipelineFolder.Look look;
        try {
            look = folder.look();
            sayReadable();
        } catch (IOException e) {
            sayUnreadable(reason(e));
            return;
        }
        if (look.equals(last) || closing.getCount() == 0) {
            return;
        }
        Scrub.also(look.set().secrets());
        problems.are(look.problems());
        told.retainAll(look.problems());
        look.problems().stream().filter(told::add).map(Object::toString).forEach(console::warn);
        if (last == null || !look.set().pipelines().equals(last.set().pipelines())) {
            look.set().warnings().forEach(warning -> console.warn(warning.toString()));
            worker.apply(look.set().pipelines(), look.set().secrets());
        }
        last = look;
    }

    private void sayUnreadable(String reason) {
        if (!reason.equals(unreadable)) {
            console.warn("the folder of the pipelines cannot be read: " + reason
                    + "; what runs goes on, and changes are taken when it can be read again");
            unreadable = reason;
        }
    }

    private void sayReadable() {
        if (unreadable != null) {
            console.warn("the folder of the pipelines can be read again");
            unreadable = null;
        }
    }

    private String reason(IOException e) {
        String place = e instanceof FileSystemException named && named.getFile() != null
                ? "'" + console.place(Path.of(named.getFile())) + "' "
                : "";
        if (e instanceof NoSuchFileException) {
            return place + "is not there";
        }
        if (e instanceof NotDirectoryException) {
            return place + "is no folder";
        }
        return e instanceof AccessDeniedException
                ? place + "may not be read by this user"
                : String.valueOf(e.getMessage());
    }

    /** Says once when a look takes long, and throws what nobody planned for. */
    void check() {
        Throwable failure = thrown;
        if (failure != null) {
            throw new IllegalStateException("following the folder failed: " + failure, failure);
        }
        boolean isLate = isLooking && System.nanoTime() - beganNanos > PATIENCE.toNanos();
        if (isLate && !toldLate) {
            console.warn("changes of the folder wait for more than " + PATIENCE.toSeconds()
                    + " s, and what runs goes on; thread " + thread.getName()
                    + " in a thread dump (jstack) shows which plugin hangs");
        }
        toldLate = isLate;
    }

    /** Follows no more; a look that hangs is left behind. It is not interrupted, since it may be writing to the log. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
