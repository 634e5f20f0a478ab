package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.OffsetSpec;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class GroupsResetCommand implements Command {

    @Parameters(paramLabel = "GROUP", description = "The group: <pipeline>.<sink>.")
    private String group = "";

    @ArgGroup(multiplicity = "1")
    private Where where = new Where();

    @Option(names = "--topic", paramLabel = "TOPIC", description = "Only this topic of the group's.")
    private @Nullable String topic;

    @Option(names = "--partition", paramLabel = "N", description = "Only this partition.")
    private @Nullable Integer partition;

    @Option(names = "--dry-run", description = "Only show what would be set.")
    private boolean dryRun;

    @Mixin
    private Flags.Data data = new Flags.Data();

    /** One of four. */
    static final class Where {
        @Option(names = "--to-start", description = "Read everything again that the log still has.")
        private boolean toStart;

        @Option(names = "--to-end", description = "Pass over everything that is there now.")
        private boolean toEnd;

        @Option(names = "--to-offset", paramLabel = "OFFSET", description = "The next offset to read.")
        private @Nullable Long toOffset;

        @Option(
                names = "--to-time",
                paramLabel = "TIME",
                description =
                        "The first record that is of this time or later: 2026-01-31T00:00:00Z, or how long ago, such"
                                + " as 24h.")
        private @Nullable String toTime;

        private OffsetSpec spec() {
            if (toOffset != null) {
                Amounts.inRange("--to-offset", toOffset, 0, Long.MAX_VALUE);
                return OffsetSpec.at(toOffset);
            }
            if (toTime != null) {
                return OffsetSpec.forTimestamp(Times.parse("--to-time", toTime, Clock.systemUTC()));
            }
            if (toStart) {
                return OffsetSpec.earliest();
            }
            if (toEnd) {
                return OffsetSpec.latest();
            }
            throw CommandException.usage("one of --to-start, --to-end, --to-offset and --to-time is needed");
        }
    }

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            GroupOffsets offsets = new GroupOffsets(
                    log, group, where.spec(), Optional.ofNullable(topic), Optional.ofNullable(partition));
            TextTable table = new TextTable("TOPIC", "PARTITION", "BEFORE", dryRun ? "WOULD BE" : "NOW");
            for (GroupOffsets.Change change : dryRun ? offsets.changes() : offsets.apply(console.owner())) {
                table.row(
                        change.partition().topic(),
                        change.partition().partition(),
                        change.before().isPresent() ? change.before().getAsLong() : "-",
                        change.now().offset());
            }
            table.print(console);
            return ExitCode.DONE;
        }
    }
}
