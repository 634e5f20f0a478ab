package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.Log;
import io.mainstem.runtime.compare.CompareOptions;
import io.mainstem.runtime.compare.CompareReport;
import io.mainstem.runtime.compare.CompareReport.Difference;
import io.mainstem.runtime.compare.CompareReport.Differences;
import io.mainstem.runtime.compare.CompareReport.Pair;
import io.mainstem.runtime.compare.CompareReport.Rows;
import io.mainstem.runtime.compare.Comparer;
import io.mainstem.runtime.pipeline.PipelineSet;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares what sources, topics and targets of pipelines have, and changes nothing. */
@picocli.CommandLine.Command
final class CompareCommand implements Command {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pipeline files.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Only this topic, what goes into it, and what comes of it; may be repeated.")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "How many rows that differ are listed of each two sides; without it, " + CompareOptions.LIMIT + ".")
    private @Nullable Integer limit;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public List<String> toForward(List<String> arguments, Console console) {
        List<String> all = new ArrayList<>(List.of("compare"));
        topics.forEach(topic -> all.addAll(List.of("--topic", topic)));
        if (limit != null) {
            all.addAll(List.of("--limit", String.valueOf(limit)));
        }
        if (output.isJson()) {
            all.addAll(List.of("--output", "json"));
        }
        // Behind this nothing is an option, whatever a file is called.
        all.add("--");
        files.forEach(file -> all.add(
                console.folder().resolve(file).toAbsolutePath().normalize().toString()));
        return all;
    }

    @Override
    public int run(Console console) throws Exception {
        output.isJson();
        if (limit != null) {
            Amounts.inRange("--limit", limit, 0, CompareOptions.LIMIT_MAX);
        }
        return PipelineLook.run(
                files, data, plugins, console, (set, log, running) -> show(compare(set, log, console), console));
    }

    private CompareReport compare(PipelineSet.Valid set, Log log, Console console) throws InterruptedException {
        CompareOptions options = CompareOptions.of(Clock.systemUTC(), set.secrets())
                .withTopics(Set.copyOf(topics))
                .withProgress(console::say);
        return Comparer.compare(set.pipelines(), log, limit == null ? options : options.withLimit(limit));
    }

    private int show(CompareReport report, Console console) {
        if (output.isJson()) {
            console.result(json(report).toPrettyString());
        } else {
            report.pairs().forEach(pair -> print(pair, console));
        }
        if (report.pairs().isEmpty()) {
            throw CommandException.usage("there is nothing to compare: no pipeline has "
                    + (topics.isEmpty() ? "a topic" : "the topic " + String.join(", ", topics)));
        }
        if (report.pairs().stream().anyMatch(pair -> !pair.found().isNone())) {
            return ExitCode.DIFFERENT;
        }
        return report.hasFailed() ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static void print(Pair pair, Console console) {
        console.result(pair.pipeline() + ": " + pair.expected().name() + " -> "
                + pair.actual().name());
        if (pair.failure().isPresent()) {
            console.result("  cannot be compared: " + pair.failure().get());
            return;
        }
        TextTable sides = TextTable.indented("  ", "SIDE", "ROWS", "DIGEST");
        for (Rows rows : List.of(pair.expected(), pair.actual())) {
            sides.row(rows.name(), rows.rows(), rows.digest());
        }
        sides.print(console);
        if (!pair.notCompared().isEmpty()) {
            console.result(pair.notCompared().stream()
                    .map(omission -> omission.field() + " (" + omission.why() + ")")
                    .collect(Collectors.joining(", ", "  not compared: ", "")));
        }
        print(pair.found(), console);
    }

    private static void print(Differences found, Console console) {
        if (found.isNone()) {
            console.result("  equal");
            return;
        }
        console.result(
                (found.areReadRowsEqual() ? "  equal as far as rows could be read: missing " : "  not equal: missing ")
                        + found.missing() + ", extra " + found.extra() + ", different "
                        + found.different() + ", changing " + found.changing() + ", unreadable " + found.unreadable()
                        + (found.unchecked() == 0
                                ? ""
                                : "; " + found.unchecked() + " of them were seen once and not looked at again"));
        found.whyUnreadable().ifPresent(why -> console.result("  unreadable, the first: " + why));
        TextTable rows = TextTable.indented("  ", "WHAT", "KEY", "FIELDS");
        found.listed().forEach(row -> rows.row(word(row), shown(row.key()), String.join(", ", row.fields())));
        if (!found.listed().isEmpty()) {
            rows.print(console);
        }
    }

    /** A key in quotes, where one could not see otherwise where it begins and ends. */
    private static String shown(String key) {
        return key.isEmpty() || !key.equals(key.strip()) ? "'" + key + "'" : key;
    }

    private static String word(Difference row) {
        return row.kind().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode json(CompareReport report) {
        ObjectNode node = JsonResult.object().put("equal", report.isEqual());
        ArrayNode pairs = node.putArray("pairs");
        report.pairs().forEach(pair -> pairs.add(json(pair)));
        return node;
    }

    private static ObjectNode json(Pair pair) {
        ObjectNode node = JsonResult.object().put("pipeline", pair.pipeline()).put("equal", pair.isEqual());
        node.set("expected", json(pair.expected()));
        node.set("actual", json(pair.actual()));
        pair.failure().ifPresent(why -> node.put("failure", why));
        ArrayNode left = node.putArray("notCompared");
        pair.notCompared()
                .forEach(omission ->
                        left.addObject().put("field", omission.field()).put("why", omission.why()));
        Differences found = pair.found();
        node.put("missing", found.missing())
                .put("extra", found.extra())
                .put("different", found.different())
                .put("changing", found.changing())
                .put("unchecked", found.unchecked())
                .put("unreadable", found.unreadable());
        found.whyUnreadable().ifPresent(why -> node.put("whyUnreadable", why));
        ArrayNode rows = node.putArray("rows");
        found.listed().forEach(row -> {
            ObjectNode each = JsonResult.object().put("what", word(row)).put("key", row.key());
            ArrayNode fields = each.putArray("fields");
            row.fields().forEach(fields::add);
            rows.add(each);
        });
        return node;
    }

    private static ObjectNode json(Rows rows) {
        return JsonResult.object()
                .put("name", rows.name())
                .put("rows", rows.rows())
                .put("digest", rows.digest().toString());
    }
}
