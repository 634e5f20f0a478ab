package io.mainstem.benchmarks.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that a race makes and takes away, in that of the system property {@code mainstem.work}. */
final class Folders {

    private Folders() {}

    static Path make(String name) throws IOException {
        Path work = Files.createDirectories(Path.of(System.getProperty("mainstem.work")));
        return Files.createTempDirectory(work, name);
    }

    static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    /** Copies a folder as it is now: what a process that is killed now leaves. */
    static Path copy(Path folder) throws IOException {
        Path copy = make("copy");
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted().toList()) {
                Path target = copy.resolve(folder.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }
}
