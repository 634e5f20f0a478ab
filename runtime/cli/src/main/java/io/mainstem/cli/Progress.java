package io.mainstem.cli;

import io.mainstem.runtime.worker.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows how sources and sinks are doing while they run: on a terminal a line each that is kept up to date, elsewhere plain
 * lines now and then. For one thread.
 */
final class Progress {

    private static final long TERMINAL_NANOS = 250_000_000L;
    private static final long PLAIN_NANOS = 5_000_000_000L;
    /** More would not fit on many a terminal, and lines that have scrolled away cannot be drawn anew. */
    private static final int LINES_MAX = 20;

    private final Console console;
    private final boolean inPlace;
    private final Map<String, Rate> rates = new HashMap<>();
    private final Map<String, TimeLeft> estimates = new HashMap<>();
    private final Map<String, String> failures = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();
    private long lastNanos;
    private int linesShown;

    private Progress(Console console, boolean inPlace, long startNanos) {
        this.console = console;
        this.inPlace = inPlace;
        this.lastNanos = startNanos;
    }

    static Progress on(Console console, long startNanos) {
        return new Progress(console, console.isTerminal(), startNanos);
    }

    /** Called often; shows something when it is time. */
    void show(List<TaskStatus> tasks) {
        long now = System.nanoTime();
        sayNewAddresses(tasks);
        sayNewFailures(tasks);
        boolean redrawn = inPlace && tasks.size() <= LINES_MAX;
        if (now - lastNanos < (redrawn ? TERMINAL_NANOS : PLAIN_NANOS)) {
            return;
        }
        List<String> lines = new ArrayList<>();
        boolean nothingComes = tasks.stream()
                .filter(task -> task.side() == TaskStatus.Side.SOURCE)
                .allMatch(task -> task.state().isTerminal());
        tasks.forEach(task -> lines.add(line(task, now, nothingComes)));
        lastNanos = now;
        clear();
        lines.forEach(console::say);
        linesShown = redrawn ? lines.size() : 0;
    }

    /** The lines go: a summary follows, which says how everything failed. */
    void end(List<TaskStatus> tasks) {
        sayNewAddresses(tasks);
        if (!console.isOneOutput()) {
            sayNewFailures(tasks);
        }
        clear();
    }

    private void clear() {
        if (linesShown > 0) {
            console.err().print("\u001b[" + linesShown + "A\u001b[J");
            console.err().flush();
            linesShown = 0;
        }
    }

    /** Where others reach a source is of use only to who knows it. */
    private void sayNewAddresses(List<TaskStatus> tasks) {
        for (TaskStatus task : tasks) {
            TaskReport.addressLine(task)
                    .filter(line -> !line.equals(addresses.put(TaskReport.title(task), line)))
                    .ifPresent(line -> {
                        clear();
                        console.say(line);
                    });
        }
    }

    /** A failure stands for itself, also where lines are overwritten; so does the end that a known one brings. */
    private void sayNewFailures(List<TaskStatus> tasks) {
        if (LogFormat.isJson()) {
            // The log says them, with the task in a field of its own.
            return;
        }
        for (TaskStatus task : tasks) {
            TaskStatus.Moment moment = task.moment();
            String failure = moment.failure().map(Object::toString).orElse("");
            String line =
                    TaskReport.title(task) + " " + TaskReport.state(moment) + ": " + failure + TaskReport.goesOn(task);
            String said = moment.state() == TaskStatus.State.FAILED ? line : failure;
            String before = failures.put(TaskReport.title(task), said);
            if (!failure.isEmpty() && !said.equals(before)) {
                clear();
                console.say(line);
            }
        }
    }

    /** @param nothingComes whether all sources are at their end, so that what a sink has to write is known */
    private String line(TaskStatus task, long now, boolean nothingComes) {
        Rate rate = rates.computeIfAbsent(TaskReport.title(task), title -> new Rate(lastNanos));
        StringBuilder line = new StringBuilder(TaskReport.title(task));
        line.append(": ").append(Units.count(task.records())).append(" records, ");
        long perSecond = rate.perSecond(task.records(), now);
        line.append(Units.count(perSecond)).append("/s");
        if (task.lag() >= 0) {
            line.append(", lag ").append(Units.count(task.lag()));
            timeLeft(task, now, nothingComes)
                    .ifPresent(left -> line.append(", about ")
                            .append(Units.span(left.toSeconds() + 1))
                            .append(" left"));
        }
        if (task.deadLetters() > 0) {
            line.append(", ").append(Units.count(task.deadLetters())).append(" dead letters");
        }
        return line.append(", ").append(TaskReport.stateAndNext(task)).toString();
    }

    private Optional<Duration> timeLeft(TaskStatus task, long now, boolean nothingComes) {
        TimeLeft left = estimates.computeIfAbsent(TaskReport.title(task), title -> new TimeLeft());
        boolean goesOn =
                task.state() == TaskStatus.State.RUNNING && task.pause().isEmpty();
        if (!nothingComes || !goesOn || task.lag() <= 0) {
            left.forget();
            return Optional.empty();
        }
        return left.look(task.records(), task.lag(), now);
    }

    /** Records a second since it was last asked. */
    private static final class Rate {
        private long records;
        private long nanos;

        Rate(long nanos) {
            this.nanos = nanos;
        }

        long perSecond(long nowRecords, long nowNanos) {
            double seconds = Math.max(1, nowNanos - nanos) / 1e9;
            long rate = Math.round((nowRecords - records) / seconds);
            records = nowRecords;
            nanos = nowNanos;
            return rate;
        }
    }
}
