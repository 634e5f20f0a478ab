package io.mainstem.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Factory;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.StreamSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every connector with a {@link Plannable} must keep: a plan leaves everything as it was, says the same when it is asked
 * again, comes back in time, and leaves nothing open. Extend it for a source with data to read, or for a sink whose target is not
 * made yet and one whose target is there.
 */
public abstract class PlanContract {

    /** How long a plan may take when the other side answers. */
    private static final Duration IN_TIME = Duration.ofSeconds(20);

    private static final int AGAIN = 20;

    /** A folder of this test's own, where relative paths begin. */
    @TempDir
    protected Path folder;

    /** For the author of a suite. */
    protected PlanContract() {}

    /** What makes the source or sink. */
    protected abstract Factory<?> factory();

    /** Makes what is there before the plan, and gives the options. */
    protected abstract Map<String, ?> prepare() throws Exception;

    /**
     * Everything outside that somebody could change, beside the files of {@link #folder}: tables with their columns and rows,
     * requests that a server has got which were no mere questions. Compared as it is.
     */
    protected abstract Object outside() throws Exception;

    /** Options with which a server is asked at a port of this machine that takes connections and never answers; if there are such. */
    protected Optional<Map<String, ?>> askingTheDeaf(int port) {
        return Optional.empty();
    }

    /** What a sink is planned with. */
    protected List<StreamSchema> topics() {
        return List.of(StreamSchema.of("contract", SinkContract.SCHEMA, List.of("id")));
    }

    private List<String> plans(Map<String, ?> options) throws Exception {
        Factory<?> factory = factory();
        Config config = Config.parse(factory.config(), options);
        Context context = new RecordingContext(folder, Instant.parse("2030-01-01T00:00:00Z"));
        if (factory instanceof SourceFactory sources) {
            try (Source source = sources.create(config, context)) {
                return plans(source, source.discover(new RecordingLog()).streams());
            }
        }
        try (Sink sink = ((SinkFactory) factory).create(config, context)) {
            return plans(sink, topics());
        }
    }

    private static List<String> plans(Object connector, List<StreamSchema> streams) throws Exception {
        assertThat(connector).isInstanceOf(Plannable.class);
        assertThat(streams).isNotEmpty();
        List<String> texts = new ArrayList<>();
        for (StreamSchema stream : streams) {
            texts.add(text(((Plannable) connector).plan(stream)));
        }
        return texts;
    }

    /** All that must be the same again; how a server explains itself may change with its figures. */
    private static String text(Plan plan) {
        return plan.target() + "\n" + plan.change() + "\n" + plan.changes() + "\n" + plan.requests() + "\n"
                + plan.columns() + "\n" + plan.warnings();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.forEach(file -> files.put(folder.relativize(file).toString(), content(file)));
        }
        return files;
    }

    private static String content(Path file) {
        try {
            return Files.isDirectory(file)
                    ? "folder"
                    : Files.getLastModifiedTime(file) + " " + Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing is made, changed or taken away. */
    @Test
    void aPlanLeavesEverythingAsItWas() throws Exception {
        Map<String, ?> options = prepare();
        Object before = outside();
        Map<String, String> filesBefore = files();
        plans(options);
        assertThat(outside()).isEqualTo(before);
        assertThat(files()).isEqualTo(filesBefore);
    }

    /** Who asks again hears the same. */
    @Test
    void aPlanSaysTheSameAgain() throws Exception {
        Map<String, ?> options = prepare();
        assertThat(plans(options)).isEqualTo(plans(options));
    }

    /** A plan comes back in time, and neither threads nor anything that they would hold stay behind. */
    @Test
    void plansComeBackInTimeAndLeaveNothingOpen() throws Exception {
        Map<String, ?> options = prepare();
        List<String> first = assertTimeoutPreemptively(IN_TIME, () -> plans(options));
        int before = Thread.activeCount();
        for (int i = 0; i < AGAIN; i++) {
            assertThat(plans(options)).isEqualTo(first);
        }
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(before + 1);
    }

    /** A server that never answers ends the plan, and not its patience. */
    @Test
    void aServerThatDoesNotAnswerEndsThePlan() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Optional<Map<String, ?>> options = askingTheDeaf(deaf.getLocalPort());
            if (options.isPresent()) {
                assertTimeoutPreemptively(
                        IN_TIME,
                        () -> assertThatThrownBy(() -> plans(options.get())).isInstanceOf(Exception.class));
            }
        }
    }
}
