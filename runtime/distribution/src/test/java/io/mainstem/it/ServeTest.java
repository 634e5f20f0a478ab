package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that follows a folder of pipelines. */
final class ServeTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Mainstem mainstem;
    private Mainstem.Running worker;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectory(folder.resolve("pipelines"));
        Files.writeString(folder.resolve("in.csv"), "id,name\n1,one\n2,two\n");
        write("shop", "copy");
        mainstem = Mainstem.in(folder);
        worker = mainstem.start("serve", "pipelines", "--listen", "127.0.0.1:0");
        worker.says("pipeline shop is running");
        awaitWritten("shop", 2);
    }

    @AfterEach
    void kill() throws Exception {
        worker.kill().end();
    }

    private void write(String name, String target) throws Exception {
        Path draft = Files.writeString(
                folder.resolve("draft"),
                "name: " + name
                        + "\nsources:\n  in: {connector: file, schedule: continuous, options: {path: ../in.csv}}\n"
                        + "sinks:\n  out: {connector: file, topics: [" + name + ".in], options: {path: ../" + target
                        + "}}\n");
        Files.move(draft, folder.resolve("pipelines").resolve(name + ".yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void awaitWritten(String pipeline, int rows) throws Exception {
        Pattern line = Pattern.compile(pipeline + " +running +" + rows + " +" + rows + " +0 ");
        Waiting.until(
                LONG,
                () -> line.matcher(mainstem.run("pipelines", "list").out()).find(),
                () -> "not so many rows by " + pipeline);
    }

    @Test
    void theFolderIsFollowed() throws Exception {
        write("more", "more");
        worker.says("pipeline more is running");
        awaitWritten("more", 2);

        Files.writeString(
                folder.resolve("pipelines/more.yaml"),
                "name: more\nsuorces: {}\nsinks: {out: {connector: file, topics: [more.in], options: {path: ../more}}}\n");
        worker.says("more.yaml:2:1: .*did you mean 'sources'");
        assertThat(mainstem.run("pipelines", "list").out())
                .containsPattern("more +running +.*its earlier text is used.*more.yaml:2:1: .*did you mean 'sources'")
                .containsPattern("shop +running +2 +2 +0 ");
        assertThat(mainstem.run("pipelines", "restart", "more").err()).contains("its earlier text is used");

        Files.writeString(folder.resolve("pipelines/never.yaml"), "nme: never\n");
        worker.says("warning: .*never.yaml:1:1: ");
        assertThat(mainstem.run("pipelines", "list").out()).containsPattern("- +invalid +.*never.yaml:1:1: ");
        assertThat(mainstem.run("pipelines", "list", "--output", "json").out())
                .contains("\"state\" : \"invalid\"", "never.yaml:1:1: ", "more.yaml:2:1: ");
        Files.delete(folder.resolve("pipelines/never.yaml"));

        Files.delete(folder.resolve("pipelines/more.yaml"));
        worker.says("pipeline more is taken away");
        assertThat(mainstem.run("pipelines", "list").out()).doesNotContain("more");

        Mainstem.Outcome stopped = worker.terminate().end();
        assertThat(stopped.exitCode()).as("%s", stopped).isZero();
    }

    @Test
    void pipelinesArePausedAndResumed() throws Exception {
        assertThat(mainstem.run("pipelines", "pause", "shop"))
                .isEqualTo(new Mainstem.Outcome(0, "pipeline 'shop' is paused\n", ""));
        worker.says("pipeline shop is paused");
        Files.writeString(folder.resolve("in.csv"), "3,three\n", StandardOpenOption.APPEND);
        assertThat(mainstem.run("pipelines", "resume", "shop").exitCode()).isZero();
        awaitWritten("shop", 1);
        assertThat(mainstem.run("pipelines", "restart", "shpo").err()).contains("there is no pipeline 'shpo'");
    }
}
