package io.mainstem.cli;

import io.mainstem.server.metrics.Metric;
import io.mainstem.server.metrics.MetricsText.Samples;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The metrics of the process and its JVM, under the names that dashboards for Java know. */
final class ProcessMetrics {

    static final List<MetricFamilies.Family> ALL = List.of(
            family(Metric.gauge("jvm_memory_used_bytes", "Memory that the JVM uses.", "area"), samples -> {
                MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
                samples.add(memory.getHeapMemoryUsage().getUsed(), "heap");
                samples.add(memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
            }),
            family(
                    Metric.gauge("jvm_memory_max_bytes", "The most memory that the heap may use.", "area"),
                    samples -> samples.add(
                            ManagementFactory.getMemoryMXBean()
                                    .getHeapMemoryUsage()
                                    .getMax(),
                            "heap")),
            family(
                    Metric.counter("jvm_gc_collections", "Collections of garbage.", "gc"),
                    samples -> collectors()
                            .forEach(gc -> samples.add(Math.max(0, gc.getCollectionCount()), gc.getName()))),
            family(
                    Metric.counter("jvm_gc_seconds", "Time in collections of garbage.", "gc"),
                    samples -> collectors()
                            .forEach(gc -> samples.add(Math.max(0, gc.getCollectionTime()) / 1000.0, gc.getName()))),
            family(
                    Metric.gauge("jvm_threads_current", "Threads that live."),
                    samples -> samples.add(
                            (long) ManagementFactory.getThreadMXBean().getThreadCount())),
            family(
                    Metric.counter("process_cpu_seconds", "Processor time of the process."),
                    samples -> info().totalCpuDuration().ifPresent(time -> samples.add(seconds(time)))),
            family(
                    Metric.gauge("process_start_time_seconds", "When the process began, in seconds since 1970."),
                    samples -> started().ifPresent(start -> samples.add(start.toEpochMilli() / 1000.0))));

    private ProcessMetrics() {}

    private static MetricFamilies.Family family(Metric metric, Consumer<Samples> numbers) {
        return new MetricFamilies.Family(metric, (look, samples) -> numbers.accept(samples));
    }

    private static List<GarbageCollectorMXBean> collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans();
    }

    private static ProcessHandle.Info info() {
        return ProcessHandle.current().info();
    }

    private static Optional<Instant> started() {
        return info().startInstant();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
