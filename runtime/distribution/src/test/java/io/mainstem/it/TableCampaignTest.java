package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.testkit.CommitCutter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables of one PostgreSQL that follow those of another, one with a key and one without, while rows are written and everything fails: the
 * worker is killed, either server crashes, answers to COMMIT get lost, and the tables change their columns. {@code -Dcampaign.rounds=N}
 * makes it longer, {@code -Dcampaign.seed=N} repeats one.
 */
final class TableCampaignTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final long seed = Long.getLong("campaign.seed", System.nanoTime());
    private final int rounds = Integer.getInteger("campaign.rounds", 1);
    private final Random random = new Random(seed);
    private final StringBuilder story = new StringBuilder("seed " + seed + ":");

    @TempDir
    Path folder;

    private Postgres shop;
    private Postgres warehouse;
    private Bank bank;
    private Database from;
    private Database to;
    private CommitCutter keyed;
    private CommitCutter keyless;
    private Mainstem mainstem;
    private Mainstem.Running worker;
    private int columns;

    /** What goes wrong. */
    private enum Fault {
        LOST_ANSWERS(10),
        KILLED_WORKER(2),
        CRASHED_TARGET(1),
        CRASHED_SOURCE(1),
        NEW_COLUMNS(1),
        WIDER_COLUMNS(1);

        private final int times;

        Fault(int times) {
            this.times = times;
        }
    }

    @BeforeEach
    void start() throws Exception {
        shop = Postgres.startDurable();
        warehouse = Postgres.startDurable();
        String source = shop.url(shop.newDatabase());
        String target = warehouse.newDatabase();
        from = Database.at(source);
        to = warehouse.database(target);
        keyed = new CommitCutter("localhost", warehouse.port());
        keyless = new CommitCutter("localhost", warehouse.port());
        bank = new Bank(source, random.nextLong());
        Files.writeString(
                folder.resolve("bank.yaml"), """
                name: bank
                sources:
                  shop:
                    connector: jdbc
                    topic: "{stream}"
                    options:
                      url: "%s"
                      user: postgres
                      poll-every: 50ms
                      tables:
                        public.account: {mode: timestamp, cursor: updated_at}
                        public.movement: {mode: incrementing, cursor: id}
                    on-failure: {retry: {first-wait: 50ms, max-wait: 300ms}}
                sinks:
                  keyed:
                    connector: jdbc
                    topics: [public.account]
                    options: {url: "%s", user: postgres, table: account, mode: upsert, evolve: [add, widen]}
                    on-failure: {retry: {first-wait: 50ms, max-wait: 300ms}}
                  keyless:
                    connector: jdbc
                    topics: [public.movement]
                    options: {url: "%s", user: postgres, table: movement, mode: insert, evolve: [add, widen]}
                    on-failure: {retry: {first-wait: 50ms, max-wait: 300ms}}
                """.formatted(source, through(keyed, target), through(keyless, target)));
        mainstem = Mainstem.in(folder);
    }

    private static String through(CommitCutter cutter, String database) {
        return "jdbc:postgresql://localhost:" + cutter.port() + "/" + database;
    }

    @AfterEach
    void stop() throws Exception {
        bank.close();
        if (worker != null) {
            worker.kill().end();
        }
        for (AutoCloseable one : List.of(keyed, keyless, shop, warehouse)) {
            one.close();
        }
    }

    @Test
    void whateverFailsBothTablesAreExactInTheEnd() throws Exception {
        bank.open();
        work();
        for (int round = 0; round < rounds; round++) {
            List<Fault> faults = new ArrayList<>(Stream.of(Fault.values())
                    .flatMap(fault -> Collections.nCopies(fault.times, fault).stream())
                    .toList());
            Collections.shuffle(faults, random);
            for (Fault fault : faults) {
                story.append(' ').append(fault);
                long began = System.nanoTime();
                happen(fault);
                story.append(' ')
                        .append(Duration.ofNanos(System.nanoTime() - began).toMillis())
                        .append(" ms,");
            }
        }
        progress();
        bank.close();
        assertThat(worker.terminate().end().exitCode()).as("%s", story).isZero();
        Mainstem.Outcome last = mainstem.run("run", "--once", "bank.yaml");

        assertThat(last.exitCode()).as("%s%n%s", story, last).isZero();
        story.append("; ")
                .append(rows("account"))
                .append(" accounts, ")
                .append(rows("movement"))
                .append(" movements");
        assertThat(bank.digest(to, "account")).as("%s", story).isEqualTo(bank.digest(from, "account"));
        assertThat(bank.digest(to, "movement")).as("%s", story).isEqualTo(bank.digest(from, "movement"));
        assertThat(keyed.cuts() + keyless.cuts()).isEqualTo(2 * rounds * Fault.LOST_ANSWERS.times);
        assertThat(mainstem.run("log", "verify").exitCode()).isZero();
        System.out.println(story);
    }

    private void work() throws Exception {
        worker = mainstem.start("run", "bank.yaml");
    }

    private long rows(String table) {
        return to.number("SELECT count(*) FROM " + table);
    }

    /** New rows of both tables arrive again. */
    private void progress() throws Exception {
        long accounts = to.number("SELECT coalesce(max(id), 0) FROM account");
        long movements = to.number("SELECT coalesce(max(id), 0) FROM movement");
        Waiting.until(
                LONG,
                () -> to.number("SELECT coalesce(max(id), 0) FROM account") > accounts
                        && to.number("SELECT coalesce(max(id), 0) FROM movement") > movements,
                () -> "no more rows came; " + story + "\n" + worker.said());
    }

    private void happen(Fault fault) throws Exception {
        switch (fault) {
            case LOST_ANSWERS -> loseAnswers();
            case KILLED_WORKER -> restartWorker();
            case CRASHED_TARGET -> {
                warehouse.crash();
                progress();
            }
            case CRASHED_SOURCE -> {
                shop.crash();
                progress();
            }
            case NEW_COLUMNS -> {
                bank.addColumns(++columns);
                restartWorker();
            }
            case WIDER_COLUMNS -> {
                bank.widenColumns();
                restartWorker();
            }
        }
    }

    private void loseAnswers() throws Exception {
        int before = keyed.cuts() + keyless.cuts();
        keyed.cutNextCommit();
        keyless.cutNextCommit();
        Waiting.until(LONG, () -> keyed.cuts() + keyless.cuts() == before + 2, () -> "no commits came; " + story);
    }

    /** Some time after what happened before, so that it finds the worker at any place. */
    private void restartWorker() throws Exception {
        assertThat(worker.endsWithin(Duration.ofMillis(random.nextInt(400))))
                .as("%s", story)
                .isFalse();
        worker.kill().end();
        work();
        progress();
    }
}
