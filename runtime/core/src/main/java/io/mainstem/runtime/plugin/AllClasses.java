package io.mainstem.runtime.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads and links every class of a plugin, without running any of its code. */
final class AllClasses {

    private static final Logger LOGGER = LoggerFactory.getLogger(AllClasses.class);
    private static final String SUFFIX = ".class";

    private AllClasses() {}

    static void load(List<Path> jars, ClassLoader loader) {
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                zip.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.endsWith(SUFFIX) && !name.contains("-"))
                        .forEach(name -> load(name, loader));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void load(String file, ClassLoader loader) {
        String name = file.substring(0, file.length() - SUFFIX.length()).replace('/', '.');
        try {
            // To ask for its constructors links a class, and the archive takes none that is not linked.
            Object unused = Class.forName(name, false, loader).getDeclaredConstructors();
        } catch (ClassNotFoundException | LinkageError e) {
            LOGGER.debug("class {} needs what the plugin does not bring", name, e);
        }
    }
}
