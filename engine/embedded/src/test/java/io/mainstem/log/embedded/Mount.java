package io.mainstem.log.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A small file system of its own, which can be full, or lose what no force brought to the disk. It needs the rights of root;
 * {@link #obstacle} says what is missing.
 */
final class Mount implements AutoCloseable {
    /** EXT4_IOC_SHUTDOWN, and XFS_IOC_GOINGDOWN, too; with the flag 2 the file system's own journal is not written out. */
    private static final String SHUTDOWN = "0x8004587d";

    private static final List<String> PYTHON = List.of(
            "python3",
            "-c",
            "import fcntl, os, struct, sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), " + SHUTDOWN
                    + ", struct.pack('I', 2))");
    private static final List<String> PERL = List.of(
            "perl",
            "-e",
            "open(my $folder, '<', $ARGV[0]) or die $!; ioctl($folder, " + SHUTDOWN + ", pack('L', 2)) or die $!");

    private final Path folder;
    private final List<String> mount;

    private Mount(Path folder, List<String> mount) {
        this.folder = folder;
        this.mount = mount;
    }

    /** A file system in memory. */
    static Mount inMemory(Path folder, int megabytes) throws IOException, InterruptedException {
        return mounted(folder, List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs"));
    }

    /**
     * A file system in a file beside the folder.
     *
     * @param type {@code ext4} or {@code xfs}
     * @param options options of the mount, after {@code loop}
     */
    static Mount inFile(Path folder, String type, String options) throws IOException, InterruptedException {
        Path image = folder.resolveSibling(folder.getFileName() + ".image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(512L << 20);
        }
        run(List.of("mkfs." + type, "-q", image.toString()));
        return mounted(folder, List.of("mount", "-t", type, "-o", "loop" + options, image.toString()));
    }

    private static Mount mounted(Path folder, List<String> command) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Mount mount = new Mount(folder, command);
        mount.mount();
        return mount;
    }

    private void mount() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(mount);
        command.add(folder.toString());
        run(command);
    }

    /** Cuts the power: nothing more comes to the disk, and what the operating system still held is gone. */
    void cutPower() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(shutdown().orElseThrow());
        command.add(folder.toString());
        run(command);
    }

    /** The power is back; nobody may have files open. */
    void comeBack() throws IOException, InterruptedException {
        run(List.of("umount", folder.toString()));
        mount();
    }

    @Override
    public void close() throws IOException {
        try {
            run(List.of("umount", "-l", folder.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("'" + folder + "' may still be mounted", e);
        }
        Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".image"));
    }

    /** Why there can be no file system in memory here, if so. */
    static Optional<String> obstacle() {
        return succeeds(List.of("sh", "-c", "test \"$(id -u)\" = 0 && unshare -m true"))
                ? Optional.empty()
                : Optional.of("not run here: mounting a file system needs root and the right to mount");
    }

    /** Why there can be no file system in a file here that loses its power, if so. */
    static Optional<String> obstacle(String type) {
        if (obstacle().isPresent()) {
            return obstacle();
        }
        if (!succeeds(List.of("sh", "-c", "command -v mkfs." + type + " && losetup -f"))) {
            return Optional.of("not run here: there is no mkfs." + type + ", or no loop device");
        }
        return shutdown().isPresent()
                ? Optional.empty()
                : Optional.of("not run here: cutting the power needs python3 or perl for one system call");
    }

    private static Optional<List<String>> shutdown() {
        if (succeeds(List.of("python3", "-c", "import fcntl"))) {
            return Optional.of(PYTHON);
        }
        return succeeds(List.of("perl", "-e", "1")) ? Optional.of(PERL) : Optional.empty();
    }

    private static boolean succeeds(List<String> command) {
        try {
            run(command);
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(command + " failed: " + output);
        }
    }
}
