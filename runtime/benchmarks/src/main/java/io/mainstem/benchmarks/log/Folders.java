package io.mainstem.benchmarks.log;

import io.mainstem.benchmarks.Workplace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Workplace.delete(folder);
    }

    /** Forces files and folders. */
    static void force(List<Path> paths) throws IOException {
        for (Path path : paths) {
            try (FileChannel channel = FileChannel.open(path)) {
                channel.force(true);
            }
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
