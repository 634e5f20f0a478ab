package io.mainstem.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares text with a file in {@code src/test/resources}; {@code -Dgolden.rewrite=true} writes the file instead. */
public final class Golden {

    private static final Path RESOURCES = Path.of("src", "test", "resources");

    private Golden() {}

    /** A file beside the golden ones, as it stands in the sources. */
    public static Path file(Class<?> test, String name) {
        return RESOURCES.resolve(test.getPackageName().replace('.', '/')).resolve(name);
    }

    /** Fails unless the file has exactly this text. */
    public static void check(Class<?> test, String name, String text) throws IOException {
        Path file = file(test, name);
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file).as("golden file; -Dgolden.rewrite=true writes it").exists();
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
