package io.mainstem.cli;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Plan;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.UnencodableException;
import io.mainstem.runtime.plan.DeliveryPlan;
import io.mainstem.runtime.plan.Effect;
import io.mainstem.runtime.plan.PipelinePlan;
import io.mainstem.runtime.plan.PlanReport;
import io.mainstem.runtime.plan.RowSample;
import io.mainstem.runtime.plan.SchemaPlan;
import io.mainstem.runtime.plan.SinkPlan;
import io.mainstem.runtime.plan.SourcePlan;
import io.mainstem.runtime.plan.StepTrace;
import io.mainstem.runtime.plan.StreamPlan;
import io.mainstem.runtime.plan.TopicPlan;
import io.mainstem.runtime.worker.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plan for people. For one thread. */
final class PlanText {

    /** So many rows are shown when nobody asks for a number. */
    private static final int ROWS_SHOWN = 3;

    /** A longer line of a row is cut. */
    private static final int ROW_WIDTH = 160;

    /** Statements are broken into lines of about this width. */
    private static final int TEXT_WIDTH = 100;

    private static final String CONTINUED = "    ";
    private static final String PART = "  ";
    private static final String THING = "    ";
    private static final String DETAIL = "      ";
    private static final String TEXT = "        ";

    private final Console console;
    private final int rowsShown;
    private final boolean steps;
    private final Paint paint;

    /** Colours, on a terminal. */
    private enum Paint {
        NONE("", "", "", ""),
        ANSI("\033[32m", "\033[33m", "\033[31m", "\033[0m");

        private final String create;
        private final String alter;
        private final String wrong;
        private final String end;

        Paint(String create, String alter, String wrong, String end) {
            this.create = create;
            this.alter = alter;
            this.wrong = wrong;
            this.end = end;
        }
    }

    PlanText(Console console, @Nullable Integer rows, boolean steps) {
        this.console = console;
        this.rowsShown = rows == null ? ROWS_SHOWN : rows;
        this.steps = steps;
        boolean colours = console.showsResults() && !console.environment().containsKey("NO_COLOR");
        this.paint = colours ? Paint.ANSI : Paint.NONE;
    }

    void print(PlanReport report) {
        report.pipelines().forEach(this::pipeline);
        summary(report);
    }

    private void line(String text) {
        console.result(text);
    }

    private void pipeline(PipelinePlan plan) {
        line("pipeline " + plan.name() + " (" + console.place(plan.file()) + ")");
        plan.sources().forEach(this::source);
        if (!plan.topics().isEmpty()) {
            line("");
            plan.topics().forEach(this::topic);
        }
        plan.sinks().forEach(this::sink);
        if (!plan.gone().isEmpty()) {
            line("");
            plan.gone().forEach(gone -> line(PART + "- " + gone));
        }
        line("");
    }

    private void summary(PlanReport report) {
        long create = report.count(Plan.Change.CREATE);
        long alter = report.count(Plan.Change.ALTER);
        String end = report.warnings() == 0 ? "" : "; " + count(report.warnings(), "warning");
        if (report.failures() > 0) {
            line(paint.wrong + count(report.failures(), "failure") + paint.end + "; " + create + " to create, " + alter
                    + " to change" + end + ". Nothing was written.");
        } else if (report.isUnchanged()) {
            line("no changes: all is there, and what runs goes on from where it is" + end);
        } else {
            line(create + " to create, " + alter + " to change" + end + ". Nothing was written.");
        }
    }

    private static String count(long number, String what) {
        return Units.count(number) + " " + what + (number == 1 ? "" : "s");
    }

    private static String effect(Effect effect) {
        return switch (effect) {
            case BEGINS -> "begins";
            case CONTINUES -> "goes on from where it was";
            case RUNS -> "runs already, unchanged";
            case RESTARTS -> "restarts, and goes on from where it was";
        };
    }

    private void source(SourcePlan plan) {
        line("");
        line(PART + "source " + plan.name() + " (" + plan.connector() + ", " + plan.schedule() + "): "
                + effect(plan.effect()));
        if (plan.failure().isEmpty()) {
            line(THING + splits(plan) + (plan.isPlannable() ? "" : "; the connector does not show what it will send"));
        }
        plan.streams().forEach(this::stream);
        plan.failure().ifPresent(failure -> failure(THING, failure));
    }

    private static String splits(SourcePlan plan) {
        String finished = plan.finished() == 0 ? "" : ", " + Units.count(plan.finished()) + " read to the end before";
        return plan.splits() == 0
                ? "nothing to read now" + finished
                : count(plan.splits(), "split") + " to read" + finished;
    }

    private void stream(StreamPlan plan) {
        line(THING + "stream " + plan.schema().name()
                + (plan.topics().isEmpty() ? "" : " -> topic " + String.join(", ", plan.topics())));
        for (StreamPlan.Start start : plan.starts()) {
            line(DETAIL + "from " + start.split() + ": "
                    + start.position().map(position -> position.toString()).orElse("its beginning"));
        }
        if (plan.splits() > plan.starts().size()) {
            line(DETAIL + "and " + Units.count(plan.splits() - plan.starts().size()) + " more");
        }
        plan.plan().ifPresent(found -> connector(found, DETAIL));
        fields(plan.schema(), plan.plan());
        sample(plan.sample(), plan.splits() > 0);
        steps(plan.steps());
        plan.warnings().forEach(warning -> warning(DETAIL, warning));
        plan.failure().ifPresent(failure -> failure(DETAIL, failure));
    }

    /** What the connector says, but for its columns, which stand beside the fields. */
    private void connector(Plan plan, String indent) {
        plan.target().ifPresent(target -> line(indent + mark(plan.change()) + target + end(plan.change())));
        plan.changes().forEach(change -> request(change, indent, "+ "));
        plan.requests().forEach(request -> request(request, indent, ""));
        if (!plan.explanation().isEmpty()) {
            line(indent + "explained as");
            plan.explanation().forEach(each -> line(indent + "  " + each));
        }
    }

    private void request(Plan.Request request, String indent, String mark) {
        line(indent + mark + request.purpose());
        request.text()
                .lines()
                .flatMap(each -> wrapped(each).stream())
                .forEach(each -> line(indent + "  " + " ".repeat(mark.length()) + each));
    }

    /** Broken at blanks; JSON has a statement as it is. */
    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > TEXT_WIDTH) {
            int blank = rest.lastIndexOf(' ', TEXT_WIDTH);
            int end = blank > CONTINUED.length() ? blank : rest.indexOf(' ', TEXT_WIDTH);
            if (end < 0) {
                break;
            }
            lines.add(rest.substring(0, end));
            rest = CONTINUED + rest.substring(end + 1);
        }
        lines.add(rest);
        return lines;
    }

    private String mark(Plan.Change change) {
        return switch (change) {
            case CREATE -> paint.create + "+ ";
            case ALTER -> paint.alter + "~ ";
            case NONE -> "= ";
        };
    }

    private String end(Plan.Change change) {
        return change == Plan.Change.NONE ? "" : paint.end;
    }

    private void fields(StreamSchema stream, Optional<Plan> plan) {
        boolean hasColumns = plan.map(found -> !found.columns().isEmpty()).orElse(false);
        TextTable table = hasColumns
                ? TextTable.indented(DETAIL, "FIELD", "TYPE", "", "COLUMN", "TYPE", "")
                : TextTable.indented(DETAIL, "FIELD", "TYPE", "");
        for (Field field : stream.schema().fields()) {
            List<Object> cells = new ArrayList<>(List.of(
                    field.name(),
                    field.type() + (field.isNullable() ? "" : " not null"),
                    stream.key().contains(field.name()) ? "key" : ""));
            if (hasColumns) {
                columns(field.name(), plan.orElseThrow(), cells);
            }
            table.row(cells.toArray());
        }
        table.print(console);
    }

    private static void columns(String field, Plan plan, List<Object> cells) {
        Optional<Plan.Column> column = plan.columns().stream()
                .filter(each -> each.field().equals(field))
                .findFirst();
        cells.add(column.map(Plan.Column::name).orElse("-"));
        cells.add(column.map(Plan.Column::type).orElse(""));
        cells.add(column.filter(each -> each.change() == Plan.Change.CREATE)
                .map(each -> "new")
                .orElse(""));
    }

    private void sample(RowSample sample, boolean isExpected) {
        if (sample.rows().isEmpty() && sample.bad().isEmpty()) {
            if (isExpected) {
                line(DETAIL + (sample.isAll() ? "no rows now" : "no rows in the time of this look"));
            }
            return;
        }
        int shown = Math.min(rowsShown, sample.rows().size());
        line(DETAIL + "rows"
                + (shown < sample.rows().size()
                        ? " (" + shown + " of the first " + sample.rows().size() + ")"
                        : ""));
        sample.rows().stream().limit(shown).forEach(row -> line(TEXT + row(row)));
        sample.bad().stream()
                .limit(Math.max(1, rowsShown))
                .forEach(bad -> line(TEXT + paint.wrong + "bad: " + paint.end + bad.where() + ": " + bad.why()));
    }

    private static String row(Message message) {
        String text;
        try {
            text = message.value() == null ? "delete " + message.key() : JsonRows.toJson(message.value());
        } catch (UnencodableException e) {
            text = String.valueOf(message);
        }
        return text.length() > ROW_WIDTH ? text.substring(0, ROW_WIDTH - 3) + "..." : text;
    }

    private void steps(List<StepTrace> traces) {
        if (!steps || traces.isEmpty()) {
            return;
        }
        line(DETAIL + "transforms");
        for (StepTrace trace : traces) {
            line(TEXT + trace.step() + " " + row(trace.in()));
            trace.out().forEach(out -> line(TEXT + "  -> " + row(out)));
            if (trace.failure().isPresent()) {
                line(TEXT + "  -> " + paint.wrong + "bad: " + paint.end
                        + trace.failure().get());
            } else if (trace.out().isEmpty()) {
                line(TEXT + "  -> left out");
            }
        }
    }

    private void topic(TopicPlan plan) {
        line(PART + mark(plan.change()) + "topic " + plan.name() + end(plan.change()) + ": "
                + count(plan.partitions(), "partition") + ", " + word(plan.codec()) + key(plan)
                + (plan.offsets() == 0 ? "" : ", holds " + count(plan.offsets(), "offset")));
        plan.settings()
                .forEach(setting ->
                        line(DETAIL + setting.name() + " " + setting.before() + " becomes " + setting.after()));
        plan.schema().ifPresent(this::schema);
        plan.failure().ifPresent(failure -> failure(DETAIL, failure));
    }

    private static String key(TopicPlan plan) {
        return plan.key()
                .map(fields -> fields.isEmpty() ? ", no key" : ", key " + String.join(", ", fields))
                .orElse("");
    }

    private void schema(SchemaPlan plan) {
        switch (plan.fate()) {
            case NEW, SAME -> {
                // said by the fields, and by the topic being new or not
            }
            case CHANGES ->
                line(DETAIL + paint.alter + "its schema changes" + paint.end + ", to version " + plan.version());
            case REFUSED ->
                line(DETAIL + paint.wrong + "its schema would change and must not" + paint.end
                        + "; the source will stop");
        }
        plan.differences().forEach(difference -> line(TEXT + difference));
    }

    private void sink(SinkPlan plan) {
        line("");
        line(PART + "sink " + plan.name() + " (" + plan.connector() + ", "
                + plan.delivery().kind().word() + "): " + effect(plan.effect()));
        if (!plan.isPlannable() && plan.failure().isEmpty()) {
            line(THING + "the connector does not show what it will send" + declared(plan));
        }
        plan.deliveries().forEach(this::delivery);
        plan.failure().ifPresent(failure -> failure(THING, failure));
    }

    private static String declared(SinkPlan plan) {
        return plan.capabilities().isEmpty()
                ? ""
                : "; it declares "
                        + plan.capabilities().stream().map(PlanText::word).collect(Collectors.joining(", "));
    }

    private void delivery(DeliveryPlan plan) {
        line(THING + "topic " + plan.topic() + ": " + starts(plan));
        plan.plan().ifPresent(found -> connector(found, DETAIL));
        if (plan.isPutOff()) {
            line(DETAIL + "made when the first row comes: all there is was read, and no row was left of it");
        }
        if (plan.schema().isEmpty()) {
            line(DETAIL + "no record tells its fields yet, so the target cannot be told either");
        } else if (plan.plan().isPresent() && !plan.plan().get().columns().isEmpty()) {
            fields(plan.schema().get(), plan.plan());
        }
        steps(plan.steps());
        plan.warnings().forEach(warning -> warning(DETAIL, warning));
        plan.failure().ifPresent(failure -> failure(DETAIL, failure));
    }

    private static String starts(DeliveryPlan plan) {
        if (plan.starts().isEmpty()) {
            return "from its beginning";
        }
        String from = plan.starts().stream()
                .map(start -> (plan.starts().size() == 1 ? "" : start.partition() + ":") + start.from())
                .collect(Collectors.joining(" "));
        return "from offset " + from + ", " + (plan.lag() == 0 ? "nothing" : Units.count(plan.lag())) + " to read now";
    }

    private void warning(String indent, String text) {
        line(indent + paint.alter + "! " + paint.end + text);
    }

    private void failure(String indent, Failure failure) {
        line(indent + paint.wrong + "failure: " + paint.end + failure.message());
        if (!failure.whatToDo().isEmpty()) {
            line(indent + "what to do: " + failure.whatToDo());
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
