package io.mainstem.runtime.plugin;

import io.mainstem.api.Factory;
import io.mainstem.api.Plugin;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A plugin that starts when it is first used. Thread-safe. */
final class LoadedPlugin implements Closeable {

    /** A class of the API without which no copy of it would be of use. */
    private static final String API_CLASS = "io/mainstem/api/Plugin.class";

    /** Set while the launcher makes the class-data archive, so that it holds what no training run reaches. */
    private static final String LOAD_ALL_CLASSES = "mainstem.load-all-classes";

    private final PluginDescriptor descriptor;

    private @Nullable PluginClassLoader loader;
    private @Nullable FactoryTable factories;
    private @Nullable PluginException failure;

    LoadedPlugin(PluginDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    PluginDescriptor descriptor() {
        return descriptor;
    }

    /**
     * Its factories. The first call starts it; when that fails, so does every later call, with the same words.
     *
     * @throws PluginException when it cannot be started
     */
    synchronized FactoryTable factories() {
        if (failure != null) {
            throw failure;
        }
        if (factories == null) {
            try {
                factories = start();
            } catch (PluginException e) {
                failure = e;
                throw e;
            }
        }
        return factories;
    }

    /** Its factories, or nothing if it cannot be started; {@link #failure} says why then. */
    Optional<FactoryTable> tryFactories() {
        try {
            return Optional.of(factories());
        } catch (PluginException e) {
            return Optional.empty();
        }
    }

    /** Why it could not be started, if that was tried. */
    synchronized @Nullable PluginException failure() {
        return failure;
    }

    private FactoryTable start() {
        descriptor.jars().forEach(this::refuseApiClasses);
        PluginClassLoader made = new PluginClassLoader(descriptor.name(), urls());
        loader = made;
        if (Boolean.getBoolean(LOAD_ALL_CLASSES)) {
            AllClasses.load(descriptor.jars(), made);
        }
        try {
            List<Factory<?>> all =
                    PluginClassLoading.with(made, () -> instantiate(made).factories());
            return new FactoryTable(all);
        } catch (InvocationTargetException e) {
            throw refused("failed in its constructor: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw refused("cannot make its class '" + descriptor.className() + "': " + e, e);
        } catch (IllegalArgumentException e) {
            throw refused("is wrong: " + e.getMessage(), e);
        } catch (PluginException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            throw refused("does not start: " + e, e);
        }
    }

    private Plugin instantiate(PluginClassLoader made) throws ReflectiveOperationException {
        Class<?> type;
        try {
            type = Class.forName(descriptor.className(), true, made);
        } catch (ClassNotFoundException e) {
            throw refused("names the class '" + descriptor.className() + "', which none of its jars has", e);
        }
        if (!Plugin.class.isAssignableFrom(type)) {
            throw refused("names the class '" + type.getName() + "', which is no " + Plugin.class.getName(), null);
        }
        return type.asSubclass(Plugin.class).getConstructor().newInstance();
    }

    /** A second copy of the API would make the plugin's classes strangers to the worker, with baffling messages later. */
    private void refuseApiClasses(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            if (zip.getEntry(API_CLASS) != null) {
                throw refused(
                        "has classes of the connector API in " + jar.getFileName()
                                + "; it must be built with the API as provided",
                        null);
            }
        } catch (IOException e) {
            throw refused("has a damaged jar, " + jar.getFileName() + " (" + e.getMessage() + ")", e);
        }
    }

    private URL[] urls() {
        return descriptor.jars().stream().map(LoadedPlugin::url).toArray(URL[]::new);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new PluginException("the jar " + jar + " cannot be named in a class path", e);
        }
    }

    private PluginException refused(String why, @Nullable Throwable cause) {
        String message = "the plugin '" + descriptor.name() + "' " + descriptor.version() + " in " + descriptor.folder()
                + " " + why;
        return cause == null ? new PluginException(message) : new PluginException(message, cause);
    }

    @Override
    public synchronized void close() throws IOException {
        factories = null;
        failure = new PluginException("the plugin '" + descriptor.name() + "' was unloaded");
        if (loader != null) {
            loader.close();
            loader = null;
        }
    }
}
