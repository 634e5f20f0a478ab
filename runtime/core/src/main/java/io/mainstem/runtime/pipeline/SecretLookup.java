package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.SecretProvider;
import io.mainstem.api.SecretProviderFactory;
import io.mainstem.runtime.plugin.PluginClassLoading;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider of secrets, with what it has told. Each call of it has a thread of its own and a deadline, so that nobody waits for a
 * provider that hangs. A value counts for a minute; then it is asked for again while the old one still counts, which it does for as
 * long as there is no other. Thread-safe.
 */
final class SecretLookup implements AutoCloseable {

    /** How long a call may take. */
    static final Duration MOST = Duration.ofSeconds(10);

    /** How long a value counts before it is asked for again. */
    static final Duration FRESH = Duration.ofMinutes(1);

    /** How long nothing is asked for after it could not be had. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** The most threads that hang in the provider, beside one for each secret that is asked for. */
    static final int HANGING_MAX = 4;

    private static final Logger LOGGER = LoggerFactory.getLogger(SecretLookup.class);

    private final String name;
    private final SecretProviderFactory factory;
    private final Config config;
    private final SecretContext context;
    private final LongSupplier ticker;
    private final Duration most;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Object making = new Object();
    private volatile @Nullable SecretProvider made;
    private int asking;

    /**
     * A provider that is made when it is asked for the first time.
     *
     * @param name what placeholders call it
     * @param ticker nanoseconds that only go forward
     * @param most how long a call may take
     */
    SecretLookup(
            String name,
            SecretProviderFactory factory,
            Config config,
            SecretContext context,
            LongSupplier ticker,
            Duration most) {
        this.name = name;
        this.factory = factory;
        this.config = config;
        this.context = context;
        this.ticker = ticker;
        this.most = most;
    }

    /** What is known of a secret. Guarded by the lookup. */
    private static final class Entry {
        private @Nullable String value;
        private @Nullable String failure;
        private @Nullable FutureTask<String> underWay;
        private @Nullable Thread thread;
        private long sinceNanos;
    }

    /**
     * A secret; waits for it when it is not known yet.
     *
     * @throws SecretException when it cannot be had
     */
    String get(String key) throws SecretException {
        FutureTask<String> asked;
        synchronized (this) {
            Entry entry = entries.computeIfAbsent(key, unused -> new Entry());
            settle(key, entry);
            if (entry.underWay == null && isDue(entry)) {
                ask(key, entry);
            }
            if (entry.value != null) {
                return entry.value;
            }
            asked = entry.underWay;
            if (asked == null) {
                throw new SecretException(String.valueOf(entry.failure));
            }
        }
        await(asked);
        return answered(key);
    }

    private synchronized String answered(String key) throws SecretException {
        Entry entry = entries.computeIfAbsent(key, unused -> new Entry());
        settle(key, entry);
        if (entry.value == null) {
            throw new SecretException(entry.failure == null ? missing(key, "it does not answer") : entry.failure);
        }
        return entry.value;
    }

    private boolean isDue(Entry entry) {
        if (entry.value == null && entry.failure == null) {
            return true;
        }
        Duration pause = entry.failure == null ? FRESH : PAUSE;
        return ticker.getAsLong() - entry.sinceNanos >= pause.toNanos();
    }

    private void ask(String key, Entry entry) {
        entry.sinceNanos = ticker.getAsLong();
        if (asking >= HANGING_MAX + entries.size()) {
            fail(key, entry, "too many of its calls hang");
            return;
        }
        FutureTask<String> task = new FutureTask<>(() -> ask(key));
        Thread thread = new Thread(() -> run(task), "mainstem-secrets-" + name);
        thread.setDaemon(true);
        entry.underWay = task;
        entry.thread = thread;
        asking++;
        thread.start();
    }

    private void run(FutureTask<String> task) {
        try {
            task.run();
        } finally {
            synchronized (this) {
                asking--;
            }
        }
    }

    private String ask(String key) throws Exception {
        return PluginClassLoading.with(factory, () -> {
            String value = provider().get(key);
            if (value == null) {
                throw new IOException("it has none of this name");
            }
            return value;
        });
    }

    private SecretProvider provider() throws Exception {
        synchronized (making) {
            SecretProvider present = made;
            if (present == null) {
                present = factory.create(config, context);
                made = present;
            }
            return present;
        }
    }

    private void await(FutureTask<String> asked) {
        try {
            asked.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // What came of it is looked at by whoever holds the lock.
            LOGGER.trace("a secret was not told", e);
        }
    }

    /** Takes up what a call has told, or gives it up when it takes too long. */
    private void settle(String key, Entry entry) {
        FutureTask<String> task = entry.underWay;
        if (task == null) {
            return;
        }
        if (task.isDone()) {
            entry.underWay = null;
            takeUp(key, entry, task);
        } else if (ticker.getAsLong() - entry.sinceNanos >= most.toNanos()) {
            entry.underWay = null;
            if (entry.thread != null) {
                entry.thread.interrupt();
            }
            fail(key, entry, "it did not answer within " + most.toMillis() + " ms");
        }
    }

    private void takeUp(String key, Entry entry, FutureTask<String> task) {
        try {
            entry.value = task.get();
            entry.failure = null;
        } catch (InterruptedException e) {
            throw new IllegalStateException("a task that is done is not waited for", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = cause.getMessage();
            fail(key, entry, message == null ? cause.getClass().getName() : message);
        }
        entry.sinceNanos = ticker.getAsLong();
    }

    private void fail(String key, Entry entry, String why) {
        entry.failure = missing(key, why);
        entry.sinceNanos = ticker.getAsLong();
        if (entry.value != null) {
            LOGGER.warn("{}; the value that it had still counts", entry.failure);
        }
    }

    private String missing(String key, String why) {
        return "the provider of secrets '" + name + "' has not told '" + key + "': " + why;
    }

    /** Closes the provider, if it was made; a call that is under way may fail. */
    @Override
    public void close() {
        SecretProvider present = made;
        if (present == null) {
            return;
        }
        Thread thread = new Thread(() -> close(present), "mainstem-secrets-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(most.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close(SecretProvider present) {
        try {
            PluginClassLoading.with(factory, () -> {
                try {
                    present.close();
                } finally {
                    context.close();
                }
                return "";
            });
        } catch (Exception e) {
            LOGGER.debug("closing the provider of secrets {} failed", name, e);
        }
    }
}
