package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.LogException;
import io.mainstem.log.StorageException;
import io.mainstem.log.embedded.LogReport;
import io.mainstem.log.embedded.LogReport.Finding;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class LogVerifyCommand implements Command {

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "A data folder of Mainstem or of a Kafka broker, or the folder of one partition;"
                    + " without it, the data folder.")
    private @Nullable Path dir;

    @Option(names = "--notes", description = "Shows what is worth knowing, too, beside what is damaged.")
    private boolean notes;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        Path folder = Optional.ofNullable(dir).map(console.folder()::resolve).orElseGet(() -> data.folder(console));
        if (!Files.isDirectory(folder)) {
            throw CommandException.usage("there is no folder '" + folder + "'; name the one to look at");
        }
        long begin = System.nanoTime();
        LogReport report = verify(folder, console);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        if (report.inUse()) {
            console.say("a process has '" + folder + "' open; what it writes meanwhile may be looked at half written");
        }
        if (json) {
            console.result(json(report, millis).toPrettyString());
        } else {
            print(report, millis, console);
        }
        return report.isSound() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static LogReport verify(Path folder, Console console) {
        boolean shown = console.isTerminal();
        try {
            return LogVerifier.verify(folder, partition -> {
                if (shown) {
                    console.err().print("\rlooking at " + partition.getFileName() + "\u001b[K");
                }
            });
        } catch (StorageException e) {
            throw e;
        } catch (LogException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        } finally {
            if (shown) {
                console.err().print("\r\u001b[K");
            }
        }
    }

    private void print(LogReport report, long millis, Console console) {
        int listed = 0;
        for (Finding finding : report.findings()) {
            boolean damage = finding.severity() == Severity.DAMAGE;
            listed += damage ? 1 : 0;
            if (damage || notes) {
                console.result((damage ? "DAMAGE " : "note   ") + finding.file() + place(finding));
                console.result("       " + finding.what());
                console.result("       " + finding.whatToDo());
            }
        }
        console.result("looked at " + counted(report.partitions(), "partition") + ": "
                + counted(report.segments(), "segment") + ", " + counted(report.batches(), "batch") + ", "
                + counted(report.records(), "record") + ", " + Units.bytes(report.bytes()) + " in "
                + Units.seconds(millis));
        console.result(
                report.isSound()
                        ? "nothing is damaged"
                        : Units.count(report.damages()) + " damaged"
                                + (listed < report.damages() ? "; " + listed + " of them are listed" : ""));
    }

    private static String counted(long number, String thing) {
        String plural = thing.endsWith("h") ? "es" : "s";
        return Units.count(number) + " " + thing + (number == 1 ? "" : plural);
    }

    private static String place(Finding finding) {
        StringBuilder place = new StringBuilder();
        if (finding.position() >= 0) {
            place.append(finding.endPosition() < 0 ? ", byte " : ", bytes ").append(finding.position());
            if (finding.endPosition() >= 0) {
                place.append(" to ").append(Math.max(finding.position(), finding.endPosition() - 1));
            }
        }
        if (finding.firstOffset() >= 0) {
            place.append(", offsets ").append(finding.firstOffset());
            place.append(finding.nextOffset() < 0 ? " and on" : " to " + (finding.nextOffset() - 1));
        }
        return place.toString();
    }

    private static ObjectNode json(LogReport report, long millis) {
        ObjectNode node = JsonResult.object()
                .put("folder", report.folder().toString())
                .put("kind", word(report.kind()))
                .put("inUse", report.inUse())
                .put("sound", report.isSound())
                .put("damages", report.damages())
                .put("partitions", report.partitions())
                .put("segments", report.segments())
                .put("batches", report.batches())
                .put("records", report.records())
                .put("bytes", report.bytes())
                .put("millis", millis);
        ArrayNode findings = node.putArray("findings");
        for (Finding finding : report.findings()) {
            ObjectNode each = findings.addObject()
                    .put("severity", word(finding.severity()))
                    .put("subject", word(finding.subject()))
                    .put("file", finding.file().toString());
            putIfKnown(each, "position", finding.position());
            putIfKnown(each, "endPosition", finding.endPosition());
            putIfKnown(each, "firstOffset", finding.firstOffset());
            putIfKnown(each, "nextOffset", finding.nextOffset());
            each.put("what", finding.what()).put("whatToDo", finding.whatToDo());
        }
        return node;
    }

    private static void putIfKnown(ObjectNode node, String name, long value) {
        if (value >= 0) {
            node.put(name, value);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
