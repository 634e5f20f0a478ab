package io.mainstem.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folder config-examples of this repository, copied so that a test may change it. */
final class Examples {

    static final Path ORIGINAL = Path.of(System.getProperty("mainstem.examples"));

    private Examples() {}

    /** Copies the examples and their data, without results of earlier runs, and gives the copy. */
    static Path copyTo(Path folder) throws IOException {
        Path copy = folder.resolve("config-examples");
        try (Stream<Path> files = Files.walk(ORIGINAL)) {
            files.filter(file -> !file.startsWith(ORIGINAL.resolve("output"))).forEach(file -> copy(file, copy));
        }
        return copy;
    }

    private static void copy(Path file, Path copy) {
        try {
            Files.copy(file, copy.resolve(ORIGINAL.relativize(file).toString()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
