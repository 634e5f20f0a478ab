package io.mainstem.cli;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.schema.Schemas;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class ConsumeCommand implements Command {

    private static final Duration WAIT = Duration.ofMillis(200);

    @Parameters(paramLabel = "TOPIC", description = "The name of the topic.")
    private String name = "";

    @Option(
            names = "--from-beginning",
            description = "From the first record, which is the default unless --follow is given.")
    private boolean fromBeginning;

    @Option(names = "--offset", paramLabel = "N", description = "From this offset; of one partition.")
    private @Nullable Long offset;

    @Option(
            names = "--from-time",
            paramLabel = "TIME",
            description =
                    "From the first record of this time or later: 2026-01-31T00:00:00Z, or how long ago, such as 24h.")
    private @Nullable String fromTime;

    @Option(names = "--partition", paramLabel = "N", description = "Only this partition.")
    private @Nullable Integer partition;

    @Option(names = "--max", paramLabel = "N", description = "No more than this many records.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--follow", description = "Waits for more records, until it is stopped.")
    private boolean follow;

    @Option(names = "--full", description = "Prints operation, key, headers, offset and timestamp, too.")
    private boolean full;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "How the values were written: avro, json, text or bytes; looks at them by default.")
    private @Nullable String codec;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) {
        Optional<CodecKind> kind = CodecNames.parse(codec);
        Optional<Instant> from = checked();
        Shutdown.inOrder();
        try (Log log = data.open(console);
                Schemas schemas = Schemas.open(log)) {
            TopicDescription topic = LogTopics.get(log, name);
            RecordPrinter printer = new RecordPrinter(topic, kind, full, schemas, console);
            print(log, topic, from, printer, console);
            return printer.finish() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** The time to read from, if there is one; nothing that was typed contradicts another. */
    private Optional<Instant> checked() {
        if (offset != null && partition == null) {
            throw CommandException.usage("--offset is of one partition; add --partition");
        }
        if (Stream.of(offset != null, fromTime != null, fromBeginning)
                        .filter(given -> given)
                        .count()
                > 1) {
            throw CommandException.usage("of --offset, --from-time and --from-beginning only one can be meant");
        }
        Amounts.inRange("--offset", offset == null ? 0 : offset, 0, Long.MAX_VALUE);
        Amounts.inRange("--max", max, 0, Long.MAX_VALUE);
        return Optional.ofNullable(fromTime).map(text -> Times.parse("--from-time", text, Clock.systemUTC()));
    }

    private void print(
            Log log, TopicDescription topic, Optional<Instant> from, RecordPrinter printer, Console console) {
        List<Range> ranges = ranges(log, topic, from);
        try {
            long left = max;
            do {
                for (Range range : ranges) {
                    left -= drain(range, printer, left, console);
                }
                console.out().flush();
            } while (follow && left > 0 && !isStopped(console));
        } finally {
            ranges.forEach(range -> range.reader().close());
        }
    }

    private List<Range> ranges(Log log, TopicDescription topic, Optional<Instant> from) {
        List<Range> ranges = new ArrayList<>();
        Integer only = partition;
        for (TopicPartition each :
                only == null ? LogTopics.partitions(topic) : List.of(LogTopics.partition(topic, only))) {
            PartitionOffsets bounds = log.admin().offsets(each);
            ranges.add(new Range(
                    log.reader(each, start(log, each, bounds, from)), follow ? Long.MAX_VALUE : bounds.end()));
        }
        return ranges;
    }

    private long start(Log log, TopicPartition each, PartitionOffsets bounds, Optional<Instant> from) {
        if (offset != null) {
            if (offset < bounds.start() || offset > bounds.end()) {
                throw CommandException.usage("--offset is " + offset + ", and partition " + each + " has "
                        + bounds.start() + " to " + bounds.end());
            }
            return offset;
        }
        if (from.isPresent()) {
            return log.admin()
                    .offsetForTime(each, from.get().toEpochMilli())
                    .map(OffsetAndTimestamp::offset)
                    .orElse(bounds.end());
        }
        return follow && !fromBeginning ? bounds.end() : bounds.start();
    }

    /** Prints what is there of one partition; when following, a while of what comes. */
    private long drain(Range range, RecordPrinter printer, long most, Console console) {
        long printed = 0;
        while (printed < most && range.reader().position() < range.end() && !isStopped(console)) {
            try {
                Optional<RecordChunk> chunk = range.reader().poll(WAIT);
                if (chunk.isEmpty()) {
                    return printed;
                }
                printed += printer.print(chunk.get(), range.end(), most - printed);
                chunk.get().release();
            } catch (CorruptRecordException e) {
                printer.tell(String.valueOf(e.getMessage()));
                range.reader().seek(e.nextOffset());
            }
        }
        return printed;
    }

    /** In the process of a run, the output says when it is time: the run may drain for a while after it was told to end. */
    private static boolean isStopped(Console console) {
        return (Shutdown.isAsked() && console.owner().isEmpty())
                || console.out().checkError();
    }

    private record Range(PartitionReader reader, long end) {}
}
