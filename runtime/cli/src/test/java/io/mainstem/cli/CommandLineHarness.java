package io.mainstem.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Runs commands in a folder of their own, with the plugin {@link LinesPlugin}. */
final class CommandLineHarness {

    private final Path folder;

    CommandLineHarness(Path folder) throws IOException {
        this.folder = folder;
        install(LinesPlugin.class, "lines");
    }

    /** Installs the plugin {@link VaultPlugin}, too. */
    void installVault() throws IOException {
        install(VaultPlugin.class, "vault");
    }

    /** Runs a command; its words are parted by blanks. */
    Outcome run(String command) {
        return run(command, "");
    }

    /** The same with input. */
    Outcome run(String command, String input) {
        return run(command, input.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with input of any bytes. */
    Outcome run(String command, byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input),
                Map.of("SECRET", "hunter2"),
                folder,
                Optional.of(folder),
                false,
                Optional.empty());
        int exitCode = App.execute(command.isEmpty() ? List.of() : List.of(command.split(" ")), console);
        return new Outcome(exitCode, text(out), text(err));
    }

    private String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8)
                .replace(folder + "/", "")
                .replace(folder.toString(), ".")
                .replaceAll("took [0-9.]+ s", "took N s")
                .replaceAll("\\([0-9.]+ [KM]?i?B\\)", "(N B)");
    }

    /** What a command of this folder sees of the world, with nothing to read and nobody who looks. */
    Console console() {
        return console(OutputStream.nullOutputStream());
    }

    /** One whose warnings are kept. */
    Console console(OutputStream warnings) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Console(
                nowhere,
                new PrintStream(warnings, true, StandardCharsets.UTF_8),
                InputStream.nullInputStream(),
                Map.of("SECRET", "hunter2"),
                folder,
                Optional.of(folder),
                false,
                Optional.empty());
    }

    Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    /** The classes of the plugin, packed as a plugin is. */
    private void install(Class<?> plugin, String name) throws IOException {
        Path lib =
                Files.createDirectories(folder.resolve("plugins").resolve(name).resolve("lib"));
        Path classes;
        try {
            classes = Path.of(plugin.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve("io/mainstem/cli");
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        try (OutputStream file = Files.newOutputStream(lib.resolve(name + ".jar"));
                ZipOutputStream jar = new ZipOutputStream(file);
                DirectoryStream<Path> all = Files.newDirectoryStream(classes, plugin.getSimpleName() + "*.class")) {
            for (Path each : all) {
                jar.putNextEntry(new ZipEntry("io/mainstem/cli/" + each.getFileName()));
                jar.write(Files.readAllBytes(each));
            }
            jar.putNextEntry(new ZipEntry("META-INF/mainstem/plugin.properties"));
            jar.write(("name=" + name + "\nversion=7\napi=1\nclass=" + plugin.getName() + "\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * What a command did.
     *
     * @param out its results
     * @param err everything else
     */
    record Outcome(int exitCode, String out, String err) {}
}
