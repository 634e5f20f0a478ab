package io.mainstem.runtime.plugin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds plugins: each folder in the plugin folder is one, with jars in {@code lib} and, for drivers and the like that its
 * user adds, in {@code ext}. Runs none of their code.
 */
public final class PluginLoader {

    private PluginLoader() {}

    /**
     * Looks through the plugin folder. A plugin that cannot be used does not keep the others from being found; it is among
     * the {@link Connectors#problems}. So is a plugin folder that is not there.
     */
    public static PluginCatalog load(Path folder) {
        List<String> problems = new ArrayList<>();
        Map<String, LoadedPlugin> plugins = new LinkedHashMap<>();
        for (Path plugin : folders(folder, problems)) {
            try {
                PluginDescriptor descriptor = PluginDescriptor.read(plugin);
                LoadedPlugin first = plugins.putIfAbsent(descriptor.name(), new LoadedPlugin(descriptor));
                if (first != null) {
                    problems.add("the plugin in " + plugin + " has the name '" + descriptor.name() + "' of that in "
                            + first.descriptor().folder() + ", and is not used; remove one of them");
                }
            } catch (PluginException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return new PluginCatalog(plugins, problems);
    }

    private static List<Path> folders(Path folder, List<String> problems) {
        List<Path> folders = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            problems.add("there is no plugin folder " + folder + ", so there are no connectors");
            return folders;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, PluginLoader::isPlugin)) {
            entries.forEach(folders::add);
        } catch (IOException e) {
            problems.add("the plugin folder " + folder + " cannot be read: " + e);
        }
        folders.sort(null);
        return folders;
    }

    private static boolean isPlugin(Path entry) {
        return Files.isDirectory(entry) && !entry.getFileName().toString().startsWith(".");
    }
}
