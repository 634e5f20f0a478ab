package io.mainstem.runtime.delivery;

import io.mainstem.runtime.delivery.Positions.SourceName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One reading of a source to its end.
 *
 * @param source the source
 * @param number its number among the runs of the source, from 1
 * @param trigger why it started
 * @param schedule the schedule that the source had then
 * @param start when it started
 * @param end when it ended, unless it has not, or was interrupted
 * @param outcome what came of it
 * @param records how many records it committed
 * @param bytes how many bytes their keys and values have
 * @param deadLetters how many records went to the dead letters
 * @param failure what went wrong, or the empty text
 */
public record Run(
        SourceName source,
        long number,
        Trigger trigger,
        String schedule,
        Instant start,
        Optional<Instant> end,
        Outcome outcome,
        long records,
        long bytes,
        long deadLetters,
        String failure) {

    /** Why a run starts. */
    public enum Trigger {
        /** The worker started it with the pipeline. */
        START,
        /** It was time. */
        SCHEDULE,
        /** It makes good for times that passed while it could not run. */
        MISFIRE,
        /** A person asked for it. */
        HAND
    }

    /** What came of a run. */
    public enum Outcome {
        /** It goes on. */
        RUNNING,
        /** It came to the end of what was there. */
        DONE,
        /** It gave up. */
        FAILED,
        /** It was told to stop before the end. */
        STOPPED,
        /** Its worker ended without a word. */
        INTERRUPTED
    }

    /** A run that starts. */
    static Run begin(SourceName source, long number, Trigger trigger, String schedule, Instant start) {
        return new Run(source, number, trigger, schedule, start, Optional.empty(), Outcome.RUNNING, 0, 0, 0, "");
    }

    /** The same run at its end. */
    public Run ended(Instant when, Outcome how, long moreRecords, long moreBytes, long moreDeadLetters, String why) {
        return new Run(
                source,
                number,
                trigger,
                schedule,
                start,
                Optional.of(when),
                how,
                moreRecords,
                moreBytes,
                moreDeadLetters,
                why);
    }

    /** A run that was going on when its worker ended. */
    Run interrupted() {
        return new Run(
                source,
                number,
                trigger,
                schedule,
                start,
                end,
                Outcome.INTERRUPTED,
                records,
                bytes,
                deadLetters,
                failure);
    }

    /** What names it among all runs: {@code pipeline/source/number}. */
    public String id() {
        return source + "/" + number;
    }

    String toJson() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pipeline", source.pipeline());
        fields.put("source", source.source());
        fields.put("number", number);
        fields.put("trigger", word(trigger));
        fields.put("schedule", schedule);
        fields.put("start", start.toString());
        end.ifPresent(time -> fields.put("end", time.toString()));
        fields.put("outcome", word(outcome));
        fields.put("records", records);
        fields.put("bytes", bytes);
        fields.put("deadLetters", deadLetters);
        fields.put("failure", failure);
        return Json.write(fields);
    }

    static Run fromJson(String json) {
        Map<?, ?> fields = (Map<?, ?>) Json.read(json);
        return new Run(
                new SourceName(text(fields, "pipeline"), text(fields, "source")),
                number(fields, "number"),
                Trigger.valueOf(text(fields, "trigger").toUpperCase(Locale.ROOT)),
                text(fields, "schedule"),
                Instant.parse(text(fields, "start")),
                fields.get("end") == null ? Optional.empty() : Optional.of(Instant.parse(text(fields, "end"))),
                Outcome.valueOf(text(fields, "outcome").toUpperCase(Locale.ROOT)),
                number(fields, "records"),
                number(fields, "bytes"),
                number(fields, "deadLetters"),
                text(fields, "failure"));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Map<?, ?> fields, String name) {
        return String.valueOf(fields.get(name));
    }

    private static long number(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof Long value ? value : 0;
    }
}
