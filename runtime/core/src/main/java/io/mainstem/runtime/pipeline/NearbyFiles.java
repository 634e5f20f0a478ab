package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.text.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks for the pipeline file that was meant, when what was named is none. */
final class NearbyFiles {

    /** No more names are looked at, whatever folder it is. */
    private static final int NAMES_MAX = 1_000;

    private NearbyFiles() {}

    static String insteadOfFolder(Path folder, String kind) {
        List<String> yaml = names(folder).stream().filter(NearbyFiles::isYaml).toList();
        String what = "this is a folder, not a " + kind + " file; ";
        if (yaml.isEmpty()) {
            return what + "name files, of which it has none that ends in .yaml or .yml";
        }
        String first = folder.resolve(yaml.get(0)).toString();
        return what + (yaml.size() == 1 ? "did you mean '" + first + "'?" : "name its files, such as '" + first + "'");
    }

    static String insteadOfMissing(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "the file is not there, nor is the folder '" + file.getParent() + "'";
        }
        String written = String.valueOf(file.getFileName());
        List<String> names = names(folder);
        String hint = names.stream()
                .filter(name ->
                        isYaml(name) && name.substring(0, name.lastIndexOf('.')).equals(written))
                .findFirst()
                .map(name -> "; did you mean '" + name + "'?")
                .orElseGet(() -> Nearest.hint(written, names));
        return "the file is not there" + hint;
    }

    static boolean isYaml(String name) {
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    /** The names of files in a folder, in order; none when it cannot be looked into. */
    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(NAMES_MAX)
                    .filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
