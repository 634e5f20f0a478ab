package io.mainstem.server.metrics;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Writes metrics as text. For one thread. */
public final class MetricsText {

    /** The two formats, which differ in how counters are announced and in the end. */
    public enum Format {
        /** OpenMetrics 1.0. */
        OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        /** The text format of Prometheus. */
        PROMETHEUS("text/plain; version=0.0.4; charset=utf-8");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        /** Its content type. */
        public String contentType() {
            return contentType;
        }
    }

    /**
     * A bucket of a histogram.
     *
     * @param bound the most; infinite for the last
     * @param count how many were at most so large
     */
    public record Bucket(double bound, long count) {}

    private final Format format;
    private final StringBuilder text = new StringBuilder(16 << 10);

    /** Nothing yet. */
    public MetricsText(Format format) {
        this.format = format;
    }

    /** Writes a family with its numbers. */
    public void family(Metric metric, Consumer<Samples> numbers) {
        boolean isCounter = metric.type() == Metric.Type.COUNTER;
        String name = metric.name() + (isCounter && format == Format.PROMETHEUS ? "_total" : "");
        text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(escaped(metric.help()))
                .append('\n');
        text.append("# TYPE ")
                .append(name)
                .append(' ')
                .append(metric.type().name().toLowerCase(Locale.ROOT))
                .append('\n');
        numbers.accept(new Samples(metric));
    }

    /** The whole text. */
    public String end() {
        return format == Format.OPEN_METRICS ? text + "# EOF\n" : text.toString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
    }

    /** Takes the numbers of a family. */
    public final class Samples {
        private final Metric metric;

        private Samples(Metric metric) {
            this.metric = metric;
        }

        /** A whole number, with a value for each label. */
        public void add(long value, String... labels) {
            line(metric.lines().get(0), labels, "", Long.toString(value));
        }

        /** A number, with a value for each label. */
        public void add(double value, String... labels) {
            line(metric.lines().get(0), labels, "", number(value));
        }

        /** A histogram, with a value for each label. */
        public void add(List<Bucket> buckets, double sum, String... labels) {
            long count = 0;
            for (Bucket bucket : buckets) {
                count = bucket.count();
                line(metric.name() + "_bucket", labels, number(bucket.bound()), Long.toString(count));
            }
            line(metric.name() + "_sum", labels, "", number(sum));
            line(metric.name() + "_count", labels, "", Long.toString(count));
        }

        private void line(String name, String[] labels, String bound, String value) {
            if (labels.length != metric.labels().size()) {
                throw new IllegalArgumentException(metric.name() + " has the labels " + metric.labels());
            }
            text.append(name);
            char separator = '{';
            for (int i = 0; i < labels.length; i++) {
                text.append(separator).append(metric.labels().get(i));
                text.append("=\"").append(escaped(labels[i])).append('"');
                separator = ',';
            }
            if (!bound.isEmpty()) {
                text.append(separator).append("le=\"").append(bound).append('"');
                separator = ',';
            }
            text.append(separator == '{' ? " " : "} ").append(value).append('\n');
        }

        private String number(double value) {
            return value == Double.POSITIVE_INFINITY ? "+Inf" : Double.toString(value);
        }
    }
}
