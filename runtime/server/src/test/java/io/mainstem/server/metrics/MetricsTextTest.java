package io.mainstem.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.server.metrics.MetricsText.Bucket;
import io.mainstem.server.metrics.MetricsText.Format;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MetricsTextTest {

    private static String text(Format format) {
        MetricsText text = new MetricsText(format);
        text.family(Metric.counter("a_records", "All \"records\".", "task"), samples -> {
            samples.add(3L, "one");
            samples.add(4L, "two\\\n\"x\"");
        });
        text.family(Metric.gauge("a_state", "A state."), samples -> samples.add(0.5));
        text.family(
                Metric.histogram("a_seconds", "A time.", "task"),
                samples ->
                        samples.add(List.of(new Bucket(0.5, 1), new Bucket(Double.POSITIVE_INFINITY, 3)), 7.25, "one"));
        return text.end();
    }

    @Test
    void openMetricsHasCountersWithoutTheirSuffixAndAnEnd() {
        assertThat(text(Format.OPEN_METRICS)).isEqualTo("""
                # HELP a_records All \\"records\\".
                # TYPE a_records counter
                a_records_total{task="one"} 3
                a_records_total{task="two\\\\\\n\\"x\\""} 4
                # HELP a_state A state.
                # TYPE a_state gauge
                a_state 0.5
                # HELP a_seconds A time.
                # TYPE a_seconds histogram
                a_seconds_bucket{task="one",le="0.5"} 1
                a_seconds_bucket{task="one",le="+Inf"} 3
                a_seconds_sum{task="one"} 7.25
                a_seconds_count{task="one"} 3
                # EOF
                """);
    }

    @Test
    void theOlderFormatNamesCountersInFull() {
        assertThat(text(Format.PROMETHEUS))
                .contains("# TYPE a_records_total counter\n")
                .doesNotContain("# EOF");
    }

    @Test
    void aMetricHasANameAndAMeaning() {
        assertThatThrownBy(() -> Metric.counter("a_total", "A.")).hasMessageContaining("no right name");
        assertThatThrownBy(() -> Metric.gauge("a", " ")).hasMessageContaining("no help");
    }
}
