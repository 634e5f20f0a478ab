package io.mainstem.cli;

import io.mainstem.server.metrics.Metric;
import io.mainstem.server.metrics.MetricsText;
import io.mainstem.server.metrics.MetricsText.Format;
import io.mainstem.server.metrics.MetricsText.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** All metrics of a worker. What they show is looked at when they are asked for; nothing is kept for them meanwhile. */
final class MetricFamilies {

    /**
     * A metric, and where its numbers come from.
     *
     * @param metric its name and meaning
     * @param numbers fills it in
     */
    record Family(Metric metric, BiConsumer<MetricsLook, Samples> numbers) {}

    private MetricFamilies() {}

    static List<Family> all() {
        List<Family> all = new ArrayList<>(WorkerMetrics.ALL);
        all.addAll(ProcessMetrics.ALL);
        return all;
    }

    static String text(RestContext context, Format format) {
        MetricsLook look = MetricsLook.at(context);
        MetricsText text = new MetricsText(format);
        all().forEach(family ->
                text.family(family.metric(), samples -> family.numbers().accept(look, samples)));
        return text.end();
    }
}
