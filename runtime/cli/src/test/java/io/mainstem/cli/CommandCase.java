package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of commands share: a folder in which they run, and a pipeline that copies lines. */
abstract class CommandCase {

    static final String COPY = """
            name: p
            sources:
              in: {connector: lines, topic: lines, options: {path: in.txt}}
            sinks:
              out: {connector: lines, topics: lines, options: {path: out.txt}}
            """;

    @TempDir
    Path folder;

    CommandLineHarness cli;

    @BeforeEach
    final void install() throws IOException {
        cli = new CommandLineHarness(folder);
    }

    /** Runs the pipeline over these lines. */
    final void runLines(String lines) throws IOException {
        cli.write("in.txt", lines);
        cli.write("p.yaml", COPY);
        assertThat(cli.run("run p.yaml").exitCode()).isZero();
    }
}
