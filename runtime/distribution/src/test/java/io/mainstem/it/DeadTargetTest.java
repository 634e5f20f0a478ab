package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that freezes or dies under a worker, and a worker that is told to stop then. */
final class DeadTargetTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration FROZEN = Duration.ofSeconds(15);
    private static final int MORE = 150_000;

    @TempDir
    Path folder;

    private Postgres postgres;
    private Database database;
    private Mainstem mainstem;

    @BeforeEach
    void start() throws Exception {
        postgres = Postgres.start();
        String url = postgres.newUrl();
        database = Database.at(url);
        mainstem = Mainstem.in(folder);
        Orders.write(folder.resolve("orders.csv"), Orders.EXPECTED_COUNT);
        Files.writeString(folder.resolve("orders.yaml"), """
                name: orders
                sources:
                  shop:
                    connector: file
                    topic: orders
                    schedule: continuous
                    options: {path: orders.csv, follow-every: 100ms}
                sinks:
                  warehouse:
                    connector: jdbc
                    topics: [orders]
                    options: {url: "%s", user: postgres, table: orders, mode: insert, batch-rows: 5000}
                    on-failure:
                      retry: {first-wait: 100ms, max-wait: 500ms}
                      bad-records: orders.dead
                """.formatted(url));
        Files.writeString(folder.resolve("other.yaml"), """
                name: other
                sources:
                  files:
                    connector: file
                    topic: other
                    schedule: continuous
                    options: {path: other.csv, follow-every: 100ms}
                sinks:
                  copy:
                    connector: jdbc
                    topics: [other]
                    options: {url: "jdbc:sqlite:other.db", table: other}
                """);
        Orders.write(folder.resolve("other.csv"), 10);
    }

    @AfterEach
    void stop() throws Exception {
        postgres.close();
    }

    private long rows() {
        return database.number("SELECT count(*) FROM orders");
    }

    private long copied() {
        return Database.sqlite(folder.resolve("other.db")).number("SELECT count(*) FROM other");
    }

    private void assertExactAfterAnotherRun() throws Exception {
        Mainstem.Outcome last = mainstem.run("run", "--once", "orders.yaml");
        assertThat(last.exitCode()).as("%s", last).isZero();
        assertThat(database.row(Orders.DIGEST)).isEqualTo(Orders.EXPECTED);
        assertThat(mainstem.run("log", "verify").exitCode()).isZero();
    }

    @Test
    void aFrozenTargetHoldsUpNobodyElseAndIsExactWhenItWakes() throws Exception {
        Mainstem.Running worker = mainstem.start("run", "orders.yaml", "other.yaml");
        Waiting.until(LONG, () -> rows() > 0 && copied() == 10, () -> "no rows came");
        postgres.freeze();
        long frozen = System.nanoTime();
        long before = Jcmd.liveHeapBytes(worker.pid());
        Orders.append(folder.resolve("other.csv"), 10, MORE);
        Waiting.until(LONG, () -> copied() == MORE, () -> "the other pipeline was held up");
        Mainstem.Outcome status = mainstem.run("status");
        assertThat(status.out()).contains("sink other/copy").contains("source orders/shop");
        Waiting.until(LONG, () -> System.nanoTime() - frozen >= FROZEN.toNanos(), () -> "the clock stands still");
        long grown = Jcmd.liveHeapBytes(worker.pid()) - before;
        postgres.thaw();
        Waiting.until(LONG, () -> rows() == Orders.EXPECTED_COUNT, () -> "only " + rows() + " rows came");
        Mainstem.Outcome ended = worker.terminate().end();
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(database.row(Orders.DIGEST)).isEqualTo(Orders.EXPECTED);
        System.out.println("live heap grew by " + (grown >> 10) + " KiB beside a target that was frozen for " + FROZEN);
        assertThat(grown).as("bytes of the live heap").isLessThan(64 << 20);
    }

    @Test
    void aCallIntoAFrozenTargetIsEndedAtItsDeadlineAndTheStatusSaysSo() throws Exception {
        Path yaml = folder.resolve("orders.yaml");
        Files.writeString(
                yaml,
                Files.readString(yaml)
                        .replace(
                                "    on-failure:",
                                "    deadlines: {connect: 5s, write: 1s, flush: 1s}\n    on-failure:"));
        Mainstem.Running worker = mainstem.start("run", "orders.yaml");
        Waiting.until(LONG, () -> rows() > 0, () -> "no rows came");
        postgres.freeze();
        worker.says(
                "sink orders/warehouse (hung|retrying): the connector's call '(write|flush)' did not return within its "
                        + "deadline of 1 s");
        Waiting.until(
                LONG,
                () -> mainstem.run("status").out().contains("sink orders/warehouse: failed "),
                () -> "the status did not say it");
        assertThat(mainstem.run("status", "--output", "json").out())
                .contains("\"attempts\"")
                .contains("\"failureKind\" : \"connection\"");
        postgres.thaw();
        Waiting.until(LONG, () -> rows() == Orders.EXPECTED_COUNT, () -> "only " + rows() + " rows came");
        Mainstem.Outcome ended = worker.terminate().end();
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(database.row(Orders.DIGEST)).isEqualTo(Orders.EXPECTED);
    }

    @Test
    void aWorkerWithAFrozenTargetStopsInTimeAndItsTargetIsExactLater() throws Exception {
        Mainstem.Running worker = mainstem.start("run", "orders.yaml");
        Waiting.until(LONG, () -> rows() > 0, () -> "no rows came");
        postgres.freeze();
        long began = System.nanoTime();
        Mainstem.Outcome ended = worker.terminate().end();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        postgres.thaw();
        assertThat(took).as("%s", ended).isLessThan(DRAIN.plusSeconds(1));
        assertThat(ended.exitCode()).as("%s", ended).isEqualTo(1);
        assertThat(ended.err()).contains("another Ctrl-C or SIGTERM ends it at once");
        assertThat(ended.out()).contains("it was stopped before it had committed what it had begun");
        assertExactAfterAnotherRun();
    }

    @Test
    void aSecondSignalEndsItAtOnceAndTheLogNeedsNoHand() throws Exception {
        Mainstem.Running worker = mainstem.start("run", "orders.yaml");
        Waiting.until(LONG, () -> rows() > 0, () -> "no rows came");
        postgres.freeze();
        worker.terminate().says("another Ctrl-C or SIGTERM ends it at once");
        long began = System.nanoTime();
        Mainstem.Outcome ended = worker.terminate().end();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        postgres.thaw();
        assertThat(ended.exitCode()).as("%s", ended).isEqualTo(143);
        assertThat(took).isLessThan(Duration.ofSeconds(3));
        assertExactAfterAnotherRun();
    }

    @Test
    void aTargetThatDiesInTheMiddleIsWaitedForAndLosesNothing() throws Exception {
        Mainstem.Running worker = mainstem.start("run", "orders.yaml");
        Waiting.until(LONG, () -> rows() > 0, () -> "no rows came");
        postgres.crash();
        worker.says("sink orders/warehouse retrying: cannot");
        Waiting.until(LONG, () -> rows() == Orders.EXPECTED_COUNT, () -> "only " + rows() + " rows came");
        Mainstem.Outcome ended = worker.terminate().end();
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(database.row(Orders.DIGEST)).isEqualTo(Orders.EXPECTED);
        assertThat(ended.out()).doesNotContain("bad records");
        assertExactAfterAnotherRun();
    }
}
