package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.schedule.CronTimes;
import io.mainstem.runtime.schedule.DaysOff;
import io.mainstem.runtime.schedule.Misfire;
import io.mainstem.runtime.schedule.Rhythm;
import io.mainstem.runtime.schedule.Timing;
import io.mainstem.runtime.text.Nearest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code schedule}, which is one value, or a map for what needs more. */
final class ScheduleReader {

    private static final List<String> WORDS = List.of("once", "continuous", "every", "cron");
    private static final Pattern CRON =
            Pattern.compile("cron\\s+([\"'])(.*?)\\1(?:\\s+zone\\s+(\\S+))?", Pattern.CASE_INSENSITIVE);
    private static final String FORMS =
            "must be once, continuous, every and a time such as 10s, or cron and an expression"
                    + " such as \"0 0 2 * * ?\" zone Europe/Berlin";

    private final Findings findings;

    ScheduleReader(Findings findings) {
        this.findings = findings;
    }

    Optional<ScheduleSpec> read(SectionReader source) {
        boolean isMap = source.entry(PipelineFormat.SCHEDULE.name())
                .filter(entry -> entry.value() instanceof Fields)
                .isPresent();
        return isMap ? map(source.nested(PipelineFormat.SCHEDULE_MAP)) : source.value(PipelineFormat.SCHEDULE);
    }

    /** One value. */
    static ScheduleSpec parse(String text) {
        String stripped = text.strip();
        String word = stripped.split("\\s+", 2)[0].toLowerCase(Locale.ROOT);
        String rest = stripped.substring(word.length()).strip();
        if (rest.isEmpty() && word.equals("once")) {
            return ScheduleSpec.once();
        }
        if (rest.isEmpty() && word.equals("continuous")) {
            return ScheduleSpec.continuous();
        }
        if (word.equals("every") && !rest.isEmpty()) {
            return ScheduleSpec.every(PipelineFormat.EVERY.parse(rest));
        }
        Matcher cron = CRON.matcher(stripped);
        if (cron.matches()) {
            ZoneId zone = cron.group(3) == null ? Timing.DEFAULT_ZONE : zone(cron.group(3));
            return timed(new Rhythm.Cron(CronTimes.of(cron.group(2), zone)), zone);
        }
        throw new IllegalArgumentException(
                FORMS + ", not '" + text + "'" + (WORDS.contains(word) ? "" : Nearest.hint(word, WORDS)));
    }

    private static ScheduleSpec timed(Rhythm rhythm, ZoneId zone) {
        return new ScheduleSpec.Timed(
                new Timing(rhythm, new DaysOff(zone, List.of()), Misfire.RUN_ONCE, Duration.ZERO));
    }

    /** A time zone. */
    static ZoneId zone(String text) {
        try {
            return ZoneId.of(text.strip());
        } catch (DateTimeException e) {
            Set<String> known = ZoneId.getAvailableZoneIds();
            throw new IllegalArgumentException(
                    "is no time zone that is known: '" + text + "'" + Nearest.hint(text.strip(), known), e);
        }
    }

    /** A day, or some. */
    static DaysOff.Day day(String text) {
        try {
            return DaysOff.parse(text);
        } catch (IllegalArgumentException e) {
            String hint = Nearest.hint(text.strip().toLowerCase(Locale.ROOT), DaysOff.weekdays());
            throw new IllegalArgumentException(e.getMessage() + hint, e);
        }
    }

    private Optional<ScheduleSpec> map(SectionReader section) {
        Optional<ZoneId> zone = section.value(PipelineFormat.ZONE);
        Optional<Rhythm> rhythm = rhythm(section, zone);
        Optional<DaysOff> daysOff = zone.flatMap(known -> daysOff(section, known));
        Optional<Misfire> misfire = section.value(PipelineFormat.MISFIRE);
        Optional<Duration> jitter = section.value(PipelineFormat.JITTER);
        if (rhythm.isEmpty() || daysOff.isEmpty() || misfire.isEmpty() || jitter.isEmpty()) {
            return Optional.empty();
        }
        Timing timing = new Timing(rhythm.get(), daysOff.get(), misfire.get(), jitter.get());
        return Optional.of(new ScheduleSpec.Timed(timing));
    }

    private Optional<Rhythm> rhythm(SectionReader section, Optional<ZoneId> zone) {
        boolean hasEvery = section.entry(PipelineFormat.EVERY.name()).isPresent();
        boolean hasCron = section.entry(PipelineFormat.CRON.name()).isPresent();
        if (hasEvery == hasCron) {
            findings.problem(
                    section.place(), "'schedule' needs " + (hasCron ? "only one" : "one") + " of 'every' and 'cron'");
            return Optional.empty();
        }
        if (hasEvery) {
            return section.value(PipelineFormat.EVERY).map(Rhythm.Every::new);
        }
        Optional<String> expression = section.value(PipelineFormat.CRON);
        if (expression.isEmpty() || zone.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Rhythm.Cron(CronTimes.of(expression.get(), zone.get())));
        } catch (IllegalArgumentException e) {
            findings.problem(valuePlace(section, PipelineFormat.CRON.name()), "'cron' " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<DaysOff> daysOff(SectionReader section, ZoneId zone) {
        Optional<List<DaysOff.Day>> days = section.value(PipelineFormat.EXCEPT);
        if (days.isEmpty() && section.entry(PipelineFormat.EXCEPT.name()).isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DaysOff(zone, days.orElse(List.of())));
        } catch (IllegalArgumentException e) {
            findings.problem(valuePlace(section, PipelineFormat.EXCEPT.name()), "'except' " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Place valuePlace(SectionReader section, String key) {
        return section.entry(key).map(entry -> entry.value().place()).orElse(section.place());
    }
}
