package io.mainstem.runtime.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plugin: its own first, so that two plugins may bring two versions of a library. Of the worker
 * it sees the connector API, the logging API and the null annotations, which must be the same classes on both sides;
 * everything else that the worker has on its class path stays hidden.
 */
final class PluginClassLoader extends URLClassLoader {

    private static final List<String> SHARED = List.of("io.mainstem.api.", "org.slf4j.", "org.jspecify.");
    private static final List<String> OF_THE_JDK = List.of("java.", "javax.");

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader worker;

    PluginClassLoader(String plugin, URL[] jars) {
        super("plugin " + plugin, jars, ClassLoader.getPlatformClassLoader());
        this.worker = PluginClassLoader.class.getClassLoader();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found == null) {
                found = load(name);
            }
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    private Class<?> load(String name) throws ClassNotFoundException {
        if (startsWithOneOf(name, SHARED)) {
            return worker.loadClass(name);
        }
        return startsWithOneOf(name, OF_THE_JDK) ? platformFirst(name) : ownFirst(name);
    }

    /** Not all of {@code javax} is in the JDK. */
    private Class<?> platformFirst(String name) throws ClassNotFoundException {
        try {
            return getParent().loadClass(name);
        } catch (ClassNotFoundException e) {
            return findClass(name);
        }
    }

    private Class<?> ownFirst(String name) throws ClassNotFoundException {
        try {
            return findClass(name);
        } catch (ClassNotFoundException e) {
            return getParent().loadClass(name);
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : getParent().getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
        all.addAll(Collections.list(getParent().getResources(name)));
        return Collections.enumeration(all);
    }

    private static boolean startsWithOneOf(String name, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
