package io.mainstem.connectors.http.sink;

import io.mainstem.api.RetryException;
import io.mainstem.connectors.http.client.HttpConnection;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.WaitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends requests side by side, those of one order one after the other. Uses fewer lanes after trouble, and more again while it goes
 * well. One thread calls it; {@link #cancel} comes from another.
 */
final class Lanes implements AutoCloseable {

    private final Sender sender;
    private final List<HttpSession> sessions = new ArrayList<>();
    private final ExecutorService threads;
    private int width;

    Lanes(Sender sender, HttpConnection connection, int most) {
        this.sender = sender;
        this.width = most;
        for (int i = 0; i < most; i++) {
            sessions.add(connection.session());
        }
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "http-sink");
            thread.setDaemon(true);
            thread.setContextClassLoader(Lanes.class.getClassLoader());
            return thread;
        });
    }

    /**
     * What could not be sent.
     *
     * @param first the first request that was not answered
     * @param asked how long the server asked to wait, if it did
     */
    record Trouble(Outgoing first, Exception cause, Optional<Duration> asked) {}

    /** Sends all; returns what went wrong first, by offset, if anything did. The requests behind it in its lane are not sent. */
    Optional<Trouble> send(List<Outgoing> all, List<Refusal> refusals) throws Exception {
        List<List<Outgoing>> lanes = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            lanes.add(new ArrayList<>());
        }
        all.forEach(
                outgoing -> lanes.get(Math.floorMod(outgoing.order(), width)).add(outgoing));
        List<Trouble> troubles = Collections.synchronizedList(new ArrayList<>());
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            HttpSession session = sessions.get(i);
            List<Outgoing> lane = lanes.get(i);
            if (!lane.isEmpty()) {
                tasks.add(() -> sendLane(lane, session, refusals, troubles));
            }
        }
        run(tasks);
        width = troubles.isEmpty() ? Math.min(sessions.size(), width + 1) : Math.max(1, width / 2);
        return troubles.stream()
                .min(Comparator.comparingLong(trouble -> trouble.first().firstOffset()));
    }

    private void run(List<Callable<Boolean>> tasks) throws Exception {
        if (tasks.size() == 1) {
            tasks.get(0).call();
            return;
        }
        for (Future<Boolean> done : threads.invokeAll(tasks)) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    private boolean sendLane(List<Outgoing> lane, HttpSession session, List<Refusal> refusals, List<Trouble> troubles)
            throws InterruptedException {
        for (Outgoing outgoing : lane) {
            try {
                sender.send(outgoing, session, refusals);
            } catch (WaitException e) {
                troubles.add(new Trouble(outgoing, e, Optional.of(e.time())));
                return false;
            } catch (RetryException e) {
                troubles.add(new Trouble(outgoing, e, e.after()));
                return false;
            }
        }
        return true;
    }

    void cancel() {
        sessions.forEach(HttpSession::cancel);
    }

    @Override
    public void close() {
        cancel();
        threads.shutdownNow();
    }
}
