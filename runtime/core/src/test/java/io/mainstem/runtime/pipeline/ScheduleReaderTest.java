package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.runtime.schedule.CronTimes;
import io.mainstem.runtime.schedule.DaysOff;
import io.mainstem.runtime.schedule.Misfire;
import io.mainstem.runtime.schedule.Rhythm;
import io.mainstem.runtime.schedule.Timing;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a source reads, as its pipeline says it. */
final class ScheduleReaderTest extends PipelineReaderCase {

    private static String scheduled(String schedule) {
        return "name: p\nsources:\n  in:\n    connector: file\n    options: {path: a.csv}\n    schedule: " + schedule
                + "\n";
    }

    private ScheduleSpec schedule(String schedule) throws IOException {
        return valid(scheduled(schedule)).pipelines().get(0).sources().get(0).schedule();
    }

    @Test
    void aScheduleIsAWordAnIntervalOrACronExpression() throws IOException {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Rhythm nightly = new Rhythm.Cron(CronTimes.of("0 0 2 * * ?", berlin));
        assertThat(schedule("once")).isEqualTo(ScheduleSpec.once());
        assertThat(schedule("EVERY 10s")).isEqualTo(ScheduleSpec.every(Duration.ofSeconds(10)));
        assertThat(schedule("cron \"0 0 2 * * ?\" zone Europe/Berlin"))
                .isEqualTo(new ScheduleSpec.Timed(
                        new Timing(nightly, new DaysOff(berlin, List.of()), Misfire.RUN_ONCE, Duration.ZERO)));
        assertThat(schedule("cron '0 0 2 * * ?'"))
                .isEqualTo(schedule("{cron: 0 0 2 * * ?, zone: UTC}"))
                .hasToString("cron \"0 0 2 * * ?\" zone UTC");
        assertThat(schedule("{every: 10s}")).isEqualTo(ScheduleSpec.every(Duration.ofSeconds(10)));
        assertThat(schedule("{cron: 0 0 2 * * ?, zone: Europe/Berlin, except: [saturday, 12-25], misfire: skip,"
                        + " jitter: 5m}"))
                .isEqualTo(new ScheduleSpec.Timed(new Timing(
                        nightly,
                        new DaysOff(berlin, List.of(DaysOff.parse("saturday"), DaysOff.parse("12-25"))),
                        Misfire.SKIP,
                        Duration.ofMinutes(5))));
    }

    @Test
    void aScheduleThatIsNotRightIsNamedWithItsPlace() throws IOException {
        assertThat(problems(scheduled("continous")))
                .startsWith("a.yaml:6:15: 'schedule' must be once")
                .endsWith("not 'continous'; did you mean 'continuous'?");
        assertThat(problems(scheduled("every day"))).contains("a.yaml:6:15: 'schedule' must be a time");
        assertThat(problems(scheduled("cron \"0 2 * * *\"")))
                .startsWith("a.yaml:6:15: 'schedule' is a cron expression of 5 fields")
                .endsWith("write '0 0 2 * * ?'");
        assertThat(problems(scheduled("{cron: 0 0 2 * * ?, zone: Europe/Berln}")))
                .isEqualTo("a.yaml:6:41: 'zone' is no time zone that is known: 'Europe/Berln'; did you mean"
                        + " 'Europe/Berlin'?");
        assertThat(problems(scheduled("{cron: 0 0 2 30 2 ?}")))
                .isEqualTo("a.yaml:6:22: 'cron' is a cron expression that no time fits: '0 0 2 30 2 ?'");
        assertThat(problems(scheduled("{cron: 0 0 2 * * ?, except: [monday, sunda]}")))
                .startsWith("a.yaml:6:52: 'except' must be a day of the week")
                .endsWith("not 'sunda'; did you mean 'sunday'?");
        assertThat(problems(scheduled("{every: 1h, except: 2026-02-30}"))).startsWith("a.yaml:6:35: 'except' must be");
        assertThat(problems(scheduled(
                        "{every: 1h, except: [monday, tuesday, wednesday, thursday, friday, saturday," + " sunday]}")))
                .isEqualTo("a.yaml:6:35: 'except' leaves no day of the week");
        assertThat(problems(scheduled("{cron: 0 0 2 * * ?, misfires: skip}")))
                .isEqualTo("a.yaml:6:35: 'schedule' has no key 'misfires'; did you mean 'misfire'?");
        assertThat(problems(scheduled("{zone: UTC}")))
                .isEqualTo("a.yaml:6:5: 'schedule' needs one of 'every' and 'cron'");
        assertThat(problems(scheduled("[once]"))).startsWith("a.yaml:6:15: 'schedule' must be");
    }

    @Test
    void theConnectorSaysWhenItsSourceReads() throws IOException {
        Pipeline pipeline = valid("name: p\nsources: {in: {connector: file, options: {path: 'in/*.csv'}}}")
                .pipelines()
                .get(0);

        assertThat(pipeline.sources().get(0).schedule()).isEqualTo(ScheduleSpec.continuous());
    }
}
