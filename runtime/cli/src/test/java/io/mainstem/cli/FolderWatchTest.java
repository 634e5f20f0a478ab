package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkFactory;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.pipeline.Outside;
import io.mainstem.runtime.pipeline.PipelineFolder;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.worker.Worker;
import io.mainstem.runtime.worker.WorkerOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FolderWatchTest {

    @TempDir
    Path folder;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** A connector that hangs when it is asked for its options, whatever interrupts it. */
    private final class Hanging implements SinkFactory {
        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public String summary() {
            return "Hangs.";
        }

        @Override
        public ConfigSpec config() {
            asked.countDown();
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
            return ConfigSpec.of();
        }

        @Override
        public Capabilities capabilities(Config config) {
            return Capabilities.of();
        }

        @Override
        public Sink create(Config config, Context context) {
            throw new IllegalStateException();
        }
    }

    @Test
    void aPluginThatHangsKeepsNobodyFromEnding() throws Exception {
        Files.writeString(folder.resolve("p.yaml"), "name: p\nsinks: {out: {connector: hanging, topics: [t]}}\n");
        CommandLineHarness cli = new CommandLineHarness(folder);
        WorkerOptions options = WorkerOptions.of(Secrets.none(), Clock.systemUTC(), new Random(1));
        PipelineFolder files = new PipelineFolder(folder, Connectors.of(List.of(new Hanging())), Outside.of(Map.of()));
        try (Log log = EmbeddedLog.open(folder.resolve("log"), EmbeddedLogOptions.defaults());
                Worker worker = Worker.open(log, options)) {
            FolderWatch watch = new FolderWatch(files, worker, new FileProblems(), cli.console());
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            long begin = System.nanoTime();
            watch.check();
            watch.close();
            worker.stop();
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(10));
        } finally {
            release.countDown();
        }
    }

    @Test
    void aFolderThatIsAwayAndBackIsToldOnceEach() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Duration most = Duration.ofSeconds(30);
        Path pipelines = Files.createDirectory(folder.resolve("pipelines"));
        CommandLineHarness cli = new CommandLineHarness(folder);
        WorkerOptions options = WorkerOptions.of(Secrets.none(), Clock.systemUTC(), new Random(1));
        PipelineFolder files = new PipelineFolder(pipelines, Connectors.of(List.of()), Outside.of(Map.of()));
        try (Log log = EmbeddedLog.open(folder.resolve("log"), EmbeddedLogOptions.defaults());
                Worker worker = Worker.open(log, options);
                FolderWatch watch = new FolderWatch(files, worker, new FileProblems(), cli.console(said))) {
            Files.move(pipelines, folder.resolve("away"));
            Awaiting.until(most, () -> said.toString(StandardCharsets.UTF_8), text -> text.contains("cannot be read"));
            Files.move(folder.resolve("away"), pipelines);
            Awaiting.until(
                    most,
                    () -> said.toString(StandardCharsets.UTF_8),
                    text -> text.contains("pipelines can be read again"));
            watch.check();
        }
        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "warning: the folder of the pipelines cannot be read: 'pipelines' is not there; what runs goes on,"
                                + " and changes are taken when it can be read again",
                        "warning: the folder of the pipelines can be read again");
    }
}
