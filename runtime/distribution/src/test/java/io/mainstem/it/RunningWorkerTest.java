package io.mainstem.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of other processes while a worker runs that does not end by itself. */
final class RunningWorkerTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String PIPELINE = """
            name: shop
            sources:
              in:
                connector: file
                topic: orders
                schedule: continuous
                options:
                  path: orders.csv
            sinks:
              copy:
                connector: file
                topics: [orders]
                options:
                  path: copy
            """;

    @TempDir
    Path folder;

    private Mainstem mainstem;
    private Mainstem.Running worker;

    @BeforeEach
    void startTheWorker() throws Exception {
        Files.writeString(folder.resolve("orders.csv"), "id,name\n1,one\n2,two\n3,drei\n");
        Files.writeString(folder.resolve("shop.yaml"), PIPELINE);
        mainstem = Mainstem.in(folder);
        worker = mainstem.start("run", "shop.yaml");
        Waiting.until(LONG, () -> Files.exists(workerFile()), () -> "no worker.json");
        Waiting.until(
                LONG,
                () -> mainstem.run("status")
                        .out()
                        .lines()
                        .anyMatch(line -> line.matches("sink shop/copy +running +3 .*")),
                () -> "the rows did not arrive");
    }

    @AfterEach
    void killTheWorker() throws Exception {
        worker.kill().end();
    }

    private Path workerFile() {
        return folder.resolve("mainstem-data").resolve("worker.json");
    }

    @Test
    void commandsLookIntoTheLogMeanwhile() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(workerFile())))
                .isEqualTo("rw-------");
        assertThat(mainstem.run("topics", "list").out()).containsPattern("orders +1 +");
        assertThat(mainstem.run("consume", "orders", "--max", "2"))
                .isEqualTo(new Mainstem.Outcome(0, "{\"id\":1,\"name\":\"one\"}\n{\"id\":2,\"name\":\"two\"}\n", ""));
        assertThat(mainstem.run("status").out())
                .containsPattern("source shop/in +running +3 +- +0 +- +-\n")
                .containsPattern("sink shop/copy +running +3 +0 +0 +exactly-once +-\n");
        assertThat(mainstem.run("groups", "reset", "shop.copy", "--to-start"))
                .isEqualTo(new Mainstem.Outcome(
                        4,
                        "",
                        "mainstem: group 'shop.copy' is used by pipeline 'shop', which runs in process " + worker.pid()
                                + "; stop that process first\n"));
    }

    @Test
    void followingSeesWhatComesAndEndsWithTheWorker() throws Exception {
        Mainstem.Running follow = mainstem.start("consume", "orders", "--follow", "--from-beginning");
        Files.write(folder.resolve("orders.csv"), "4,four\n".getBytes(UTF_8), StandardOpenOption.APPEND);
        follow.prints("\"four\"");

        Mainstem.Outcome stopped = worker.terminate().end();

        assertThat(stopped.exitCode()).as("%s", stopped).isZero();
        Mainstem.Outcome followed = follow.end();
        assertThat(followed.exitCode()).as("%s", followed).isEqualTo(4);
        assertThat(followed.err()).contains("ended before the command did");
        assertThat(workerFile()).doesNotExist();
        assertThat(mainstem.run("status").exitCode()).isEqualTo(4);
        assertThat(mainstem.run("topics", "list").exitCode()).isZero();
    }

    @Test
    void followingIsStoppedInOrderAndTheWorkerGoesOn() throws Exception {
        Mainstem.Running follow = mainstem.start("consume", "orders", "--follow", "--from-beginning");
        follow.prints("\"drei\"");

        assertThat(follow.terminate().end().exitCode()).isZero();
        assertThat(mainstem.run("status").exitCode()).isZero();
    }

    @Test
    void whatAKilledWorkerLeavesIsInNobodysWay() throws Exception {
        worker.kill().end();
        assertThat(workerFile()).exists();

        assertThat(mainstem.run("topics", "list").out()).contains("orders");
        assertThat(mainstem.run("status").exitCode()).isEqualTo(4);
        assertThat(mainstem.run("run", "--once", "shop.yaml").exitCode()).isZero();
    }

    @Test
    void aSecondRunNamesTheFirst() throws Exception {
        Mainstem.Outcome second = mainstem.run("run", "shop.yaml");

        assertThat(second.exitCode()).isEqualTo(4);
        assertThat(second.err()).contains("in use by process " + worker.pid());
    }
}
