package io.mainstem.benchmarks.log;

import io.mainstem.log.embedded.Durability;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Runs the races of the log; each prints lines of JSON with the median and the range of the ratios. */
public final class LogRaces {

    private static final List<String> ALL = List.of("append", "read", "durable", "transactions", "recovery", "open");
    private static final int LONG_ROUNDS = 3;
    private static final int ROUNDS = 7;
    private static final int SHORT_ROUNDS = 9;
    private static final long SMALL_RECORDS = 3_000_000;
    private static final long BIG_RECORDS = 400_000;

    private LogRaces() {}

    /**
     * Runs races.
     *
     * @param args their names; all without any
     */
    public static void main(String[] args) throws Exception {
        Set<String> wanted = new TreeSet<>(args.length == 0 ? ALL : List.of(args));
        if (!ALL.containsAll(wanted)) {
            throw new IllegalArgumentException("the races are " + ALL + ", not " + wanted);
        }
        if (wanted.contains("append")) {
            AppendRace.of(100, SMALL_RECORDS).run(ROUNDS);
            AppendRace.of(1024, BIG_RECORDS).run(ROUNDS);
        }
        if (wanted.contains("read")) {
            read(100, SMALL_RECORDS);
            read(1024, BIG_RECORDS);
        }
        if (wanted.contains("durable")) {
            for (int threads : new int[] {1, 8, 64}) {
                DurableRace.waiting(threads).run(SHORT_ROUNDS);
            }
            DurableRace.asynchronous().run(SHORT_ROUNDS);
        }
        if (wanted.contains("transactions")) {
            TransactionRace.run(ROUNDS);
        }
        if (wanted.contains("recovery")) {
            recovery(Durability.OS);
            recovery(Durability.DISK);
        }
        if (wanted.contains("open")) {
            try (OpenRace race = new OpenRace()) {
                race.contest(true).run(LONG_ROUNDS);
                race.contest(false).run(LONG_ROUNDS);
            }
        }
    }

    private static void read(int recordBytes, long records) throws Exception {
        try (ReadRace race = new ReadRace(recordBytes, records)) {
            race.contest().run(ROUNDS);
        }
    }

    private static void recovery(Durability durability) throws Exception {
        try (RecoveryRace race = new RecoveryRace(durability)) {
            race.contest(true).run(ROUNDS);
            race.contest(false).run(ROUNDS);
        }
    }
}
