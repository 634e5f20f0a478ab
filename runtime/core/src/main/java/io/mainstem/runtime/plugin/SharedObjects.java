package io.mainstem.runtime.plugin;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sources and sinks of this process share by {@link io.mainstem.api.Context#shared}, each counted by those who hold it.
 * Thread-safe. The lock is not held while a connector opens or closes something: one that hangs holds up only those who ask for
 * the same.
 */
public final class SharedObjects {

    private static final Logger LOGGER = LoggerFactory.getLogger(SharedObjects.class);

    /** One for the process: a limit of requests holds for all its workers. */
    public static final SharedObjects OF_THIS_PROCESS = new SharedObjects();

    private final Map<Name, Entry> entries = new HashMap<>();

    /**
     * What names a shared object: two plugins may use equal keys for different things.
     *
     * @param plugin the class loader of the plugin
     * @param key the connector's own
     */
    private record Name(ClassLoader plugin, Object key) {}

    /** One shared object. Its own lock is held while it is opened. */
    private static final class Entry {
        private int holders;
        private @Nullable AutoCloseable object;

        synchronized AutoCloseable object(Supplier<? extends AutoCloseable> open) {
            AutoCloseable known = object;
            if (known == null) {
                known = open.get();
                object = known;
            }
            return known;
        }

        @Nullable
        synchronized AutoCloseable opened() {
            return object;
        }
    }

    /** The hold of one source or sink. */
    public Lease lease(ClassLoader plugin) {
        return new Lease(plugin);
    }

    private synchronized Entry hold(Name name) {
        Entry entry = entries.computeIfAbsent(name, ignored -> new Entry());
        entry.holders++;
        return entry;
    }

    private void release(Name name) {
        AutoCloseable unheld = released(name);
        if (unheld != null) {
            try {
                unheld.close();
            } catch (Exception e) {
                LOGGER.warn("what a plugin shared could not be closed", e);
            }
        }
    }

    /** Returns what nobody holds any more. */
    private synchronized @Nullable AutoCloseable released(Name name) {
        Entry entry = entries.get(name);
        if (entry == null || --entry.holders > 0) {
            return null;
        }
        entries.remove(name);
        return entry.opened();
    }

    /** All that one source or sink holds; closing it lets go. Thread-safe. */
    public final class Lease implements AutoCloseable {
        private final ClassLoader plugin;
        private final Set<Name> held = new HashSet<>();
        private boolean closed;

        private Lease(ClassLoader plugin) {
            this.plugin = plugin;
        }

        /**
         * The object of a key, opened when nobody holds it yet.
         *
         * @throws IllegalStateException when this was closed
         */
        @SuppressWarnings("unchecked")
        public <S extends AutoCloseable> S get(Object key, Supplier<S> open) {
            Name name = new Name(plugin, key);
            Entry entry = hold(name);
            try {
                S object = (S) entry.object(open);
                if (!keep(name)) {
                    release(name);
                }
                return object;
            } catch (RuntimeException | Error e) {
                release(name);
                throw e;
            }
        }

        /** Returns false when it is held already, or everything was let go of. */
        private synchronized boolean keep(Name name) {
            if (closed) {
                throw new IllegalStateException("a connector that was closed asked for a shared object");
            }
            return held.add(name);
        }

        @Override
        public void close() {
            Set<Name> all;
            synchronized (this) {
                closed = true;
                all = Set.copyOf(held);
                held.clear();
            }
            all.forEach(SharedObjects.this::release);
        }
    }
}
