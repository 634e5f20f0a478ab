package io.mainstem.cli;

import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs in the worker, which sends a page each time; the terminal of who asks shows it. */
@picocli.CommandLine.Command
final class TopCommand implements Command {

    /** Asked for by a command whose output is a terminal, of the worker that makes the pages. */
    static final String IN_PLACE = "--in-place";

    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

    @Option(names = "--every", paramLabel = "SECONDS", description = "How often it is shown anew; 1 by default.")
    private int every = 1;

    @Option(names = "--count", paramLabel = "N", description = "How often in all; without it, until stopped.")
    private long count = Long.MAX_VALUE;

    @Option(names = IN_PLACE, hidden = true)
    private boolean inPlace;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public List<String> toForward(List<String> arguments, Console console) {
        List<String> more = new ArrayList<>(arguments);
        if (console.isTerminal()) {
            more.add(IN_PLACE);
        }
        return more;
    }

    @Override
    public int run(Console console) {
        if (every < 1 || count < 1) {
            throw CommandException.usage("--every and --count must be at least 1");
        }
        Owner owner = console.owner().orElseThrow(() -> StatusCommand.nobody(data.folder(console)));
        Rates rates = new Rates();
        long next = System.nanoTime();
        for (long shown = 0; shown < count; shown++) {
            while (shown > 0 && System.nanoTime() - next < 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            if (inPlace) {
                console.out().print(HOME_AND_CLEAR);
            } else if (shown > 0) {
                console.result("");
            }
            page(owner, rates, console);
            console.out().flush();
            if (console.out().checkError()) {
                return ExitCode.DONE;
            }
            next += TimeUnit.SECONDS.toNanos(every);
        }
        return ExitCode.DONE;
    }

    private static void page(Owner owner, Rates rates, Console console) {
        long now = System.nanoTime();
        console.result(StatusCommand.summary(owner));
        console.result("");
        TextTable table = new TextTable("PIPELINE", "STATE", "READ/S", "WRITTEN/S", "LAG", "DEAD LETTERS", "FAILURE");
        for (PipelineStatus pipeline : owner.worker().pipelines()) {
            String name = pipeline.pipeline().name();
            long lag = owner.worker().lag(pipeline.pipeline());
            table.row(
                    name,
                    PipelinesListCommand.state(pipeline),
                    rates.perSecond(name + " in", PipelinesListCommand.records(pipeline, TaskStatus.Side.SOURCE), now),
                    rates.perSecond(name + " out", PipelinesListCommand.records(pipeline, TaskStatus.Side.SINK), now),
                    lag < 0 ? "-" : Units.count(lag),
                    Units.count(pipeline.tasks().stream()
                            .mapToLong(TaskStatus::deadLetters)
                            .sum()),
                    pipeline.failure().map(Object::toString).orElse("-"));
        }
        table.print(console);
    }

    /** Records a second since the page before. */
    private static final class Rates {
        private final Map<String, Long> records = new HashMap<>();
        private final Map<String, Long> nanos = new HashMap<>();

        String perSecond(String name, long nowRecords, long nowNanos) {
            Long before = records.put(name, nowRecords);
            Long since = nanos.put(name, nowNanos);
            if (before == null || since == null) {
                return "-";
            }
            double seconds = Math.max(1, nowNanos - since) / 1e9;
            return Units.count(Math.round(Math.max(0, nowRecords - before) / seconds));
        }
    }
}
