package io.mainstem.runtime.plugin;

import java.util.concurrent.Callable;

/**
 * Calls plugin code with the plugin's class loader as the thread's context class loader, so that libraries inside the
 * plugin which look there (drivers, service loaders, JSON mappers) find their own classes and not the worker's.
 */
public final class PluginClassLoading {

    private PluginClassLoading() {}

    /**
     * Calls, and gives the thread its context class loader back.
     *
     * @param plugin an object of the plugin's own class: a factory, a source, a sink, a reader
     */
    public static <T> T with(Object plugin, Callable<T> call) throws Exception {
        return with(plugin.getClass().getClassLoader(), call);
    }

    /** The same for a plugin of which only the class loader is at hand. */
    public static <T> T with(ClassLoader loader, Callable<T> call) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return call.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
