package io.mainstem.testkit;

import io.mainstem.api.Context;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A context whose clock stands still until a test moves it, and that keeps what was logged. */
public final class RecordingContext implements Context {

    private final Path folder;
    private final List<String> lines = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final MovableClock clock;
    private final Map<Object, AutoCloseable> shared = new HashMap<>();
    private int rediscoveries;

    /**
     * A context.
     *
     * @param folder where relative paths begin
     * @param start what time it is
     */
    public RecordingContext(Path folder, Instant start) {
        this.folder = folder;
        this.clock = new MovableClock(start);
    }

    @Override
    public String pipeline() {
        return "pipeline";
    }

    @Override
    public String name() {
        return "orders";
    }

    @Override
    public System.Logger logger() {
        return new RecordingLogger();
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Path resolve(String path) {
        return folder.resolve(path);
    }

    @Override
    public synchronized void rediscover() {
        rediscoveries++;
    }

    @Override
    public synchronized void reachableAt(String address) {
        addresses.add(address);
    }

    /** Where the connector said that it is reached. */
    public synchronized List<String> addresses() {
        return List.copyOf(addresses);
    }

    /** What the test's sources share; it is never closed. */
    @Override
    @SuppressWarnings("unchecked")
    public synchronized <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
        return (S) shared.computeIfAbsent(key, ignored -> open.get());
    }

    /** Moves the clock. */
    public void advance(Duration time) {
        clock.now = clock.now.plus(time);
    }

    /** What was logged. */
    public synchronized List<String> log() {
        return List.copyOf(lines);
    }

    /** How often the connector asked for a discovery. */
    public synchronized int rediscoveries() {
        return rediscoveries;
    }

    private synchronized void add(String line) {
        lines.add(line);
    }

    private static final class MovableClock extends Clock {
        private volatile Instant now;

        MovableClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now, zone);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final class RecordingLogger implements System.Logger {

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.compareTo(Level.INFO) >= 0;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
            add(level + " " + message);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... values) {
            add(level + " " + new MessageFormat(format, Locale.ROOT).format(values));
        }
    }
}
