package io.mainstem.runtime.plugin;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What a plugin says of itself, read without running any of its code.
 *
 * @param name the plugin's name, unique among the plugins
 * @param version its version, for people
 * @param className the class that implements {@link io.mainstem.api.Plugin}
 * @param folder the folder that it is
 * @param jars its jars, {@code lib} before {@code ext}, each in order of the alphabet
 */
record PluginDescriptor(String name, String version, String className, Path folder, List<Path> jars) {

    /** The level of the connector API that this runtime has. A plugin names the level that it was made for. */
    static final int API_LEVEL = 1;

    static final String FILE = "META-INF/mainstem/plugin.properties";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int MAX_BYTES = 64 << 10;

    /**
     * Reads a plugin's folder.
     *
     * @throws PluginException when it is no plugin, or one that this runtime cannot use
     */
    static PluginDescriptor read(Path folder) {
        List<Path> jars = new ArrayList<>(jars(folder.resolve("lib")));
        if (jars.isEmpty()) {
            throw refused(folder, "has no jar in its folder 'lib'");
        }
        jars.addAll(jars(folder.resolve("ext")));
        List<Properties> found = new ArrayList<>();
        for (Path jar : jars) {
            readDescriptor(folder, jar, found);
        }
        if (found.size() != 1) {
            throw refused(
                    folder,
                    "has " + (found.isEmpty() ? "no jar" : found.size() + " jars") + " with " + FILE
                            + "; exactly one must have it");
        }
        return of(folder, jars, found.get(0));
    }

    private static PluginDescriptor of(Path folder, List<Path> jars, Properties properties) {
        String name = property(folder, properties, "name");
        if (!NAME.matcher(name).matches()) {
            throw refused(folder, "has the name '" + name + "'; it must be of lower-case letters, digits and hyphens");
        }
        String level = property(folder, properties, "api");
        if (!level.equals(Integer.toString(API_LEVEL))) {
            throw refused(
                    folder,
                    "was made for level " + level + " of the connector API, and this is Mainstem with level "
                            + API_LEVEL + "; take a version of the plugin for it");
        }
        return new PluginDescriptor(
                name,
                property(folder, properties, "version"),
                property(folder, properties, "class"),
                folder,
                List.copyOf(jars));
    }

    private static String property(Path folder, Properties properties, String key) {
        String value = properties.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw refused(folder, "says no '" + key + "' in " + FILE);
        }
        return value;
    }

    private static void readDescriptor(Path folder, Path jar, List<Properties> found) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(FILE);
            if (entry == null) {
                return;
            }
            if (entry.getSize() > MAX_BYTES) {
                throw refused(folder, "has a " + FILE + " of more than " + MAX_BYTES + " bytes");
            }
            Properties properties = new Properties();
            try (Reader reader = new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
            found.add(properties);
        } catch (IOException | IllegalArgumentException e) {
            throw new PluginException(
                    "the plugin in " + folder + " has a damaged jar, " + jar.getFileName() + " (" + e.getMessage()
                            + "); install it again",
                    e);
        }
    }

    private static List<Path> jars(Path folder) {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                files.forEach(jars::add);
            } catch (IOException e) {
                throw new PluginException("the folder " + folder + " of a plugin cannot be read: " + e, e);
            }
        }
        jars.sort(null);
        return jars;
    }

    private static PluginException refused(Path folder, String why) {
        return new PluginException("the plugin in " + folder + " " + why);
    }
}
