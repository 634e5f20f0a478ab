package io.mainstem.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;

/** What the job is compared with: the same file straight into the table by COPY, with nothing in between. */
interface Copy {

    /** How it is done. */
    String name();

    /** Copies the file, and gives the seconds that it took, from start to end. */
    double run(Server server, String database, Path csv) throws IOException, InterruptedException, SQLException;

    /** By psql if this machine has it, else by the driver. */
    static Copy ofThisMachine() {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, "psql"))
                .filter(Files::isExecutable)
                .findFirst()
                .<Copy>map(Psql::new)
                .orElseGet(Driver::new);
    }

    /** The process of psql, from its start to its exit. */
    record Psql(Path psql) implements Copy {

        @Override
        public String name() {
            return "psql \\copy";
        }

        @Override
        public double run(Server server, String database, Path csv) throws IOException, InterruptedException {
            List<String> command = List.of(
                    psql.toString(),
                    "-X",
                    "-q",
                    "-h",
                    "localhost",
                    "-p",
                    String.valueOf(server.port()),
                    "-U",
                    Server.USER,
                    "-d",
                    database,
                    "-c",
                    "\\copy orders from '" + csv + "' with (format csv, header true)");
            long begin = System.nanoTime();
            Process process = new ProcessBuilder(command).inheritIO().start();
            int exitCode = process.waitFor();
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (exitCode != 0) {
                throw new IllegalStateException("psql ended with exit code " + exitCode);
            }
            return seconds;
        }
    }

    /** COPY through the driver, in this warm process: a little faster than psql. */
    record Driver() implements Copy {

        @Override
        public String name() {
            return "COPY through the driver (no psql on this machine)";
        }

        @Override
        public double run(Server server, String database, Path csv) throws IOException, SQLException {
            long begin = System.nanoTime();
            try (Connection connection = server.connect(database);
                    InputStream in = Files.newInputStream(csv)) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY orders FROM STDIN WITH (FORMAT csv, HEADER true)", in, 1 << 16);
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }
}
