package io.mainstem.cli;

import io.mainstem.api.Message;
import io.mainstem.runtime.fixture.Fixtures;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.pipeline.Fixture;
import io.mainstem.runtime.pipeline.FixtureFile;
import io.mainstem.runtime.pipeline.FixtureMasks;
import io.mainstem.runtime.pipeline.Outside;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.SecretProviders;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TestCase.Given;
import io.mainstem.runtime.pipeline.TestRun;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.transform.StepSpec;
import io.mainstem.runtime.transform.StepTrace;
import io.mainstem.runtime.worker.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs sources for real, and keeps what they asked and were answered. */
@picocli.CommandLine.Command
final class RecordCommand implements Command {

    /** The most that a file of YAML may have which is read again. */
    private static final int BYTES_MAX = 3 << 20;

    /** So many rows are shown for a test. */
    private static final int ROWS = 3;

    @Parameters(paramLabel = "FILE", description = "The pipeline file.")
    private Path file = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where a file of each source is written; without it, fixtures/NAME beside the pipeline file of that name.")
    private @Nullable Path out;

    @Option(names = "--source", paramLabel = "NAME", description = "The source to record; without it, all that can be.")
    private @Nullable String only;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "How many records of each stream are read at most; 100 without it.")
    private int limit = 100;

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Override
    public int run(Console console) throws Exception {
        Amounts.inRange("--limit", limit, 1, Fixture.LIMIT_MAX);
        try (PluginCatalog catalog = plugins.load(console)) {
            PipelineSet set = PipelineFiles.read(List.of(file), catalog, console);
            if (set instanceof PipelineSet.Invalid invalid) {
                PipelineFiles.say(invalid, console);
                return ExitCode.USAGE;
            }
            PipelineSet.Valid valid = (PipelineSet.Valid) set;
            Scrub.only(valid.secrets());
            try (SecretProviders secrets = Flags.secrets(console, catalog)) {
                record(valid, new Outside(console.environment(), secrets), console);
            }
            return ExitCode.DONE;
        }
    }

    private void record(PipelineSet.Valid valid, Outside outside, Console console) throws Exception {
        Pipeline pipeline = valid.pipelines().get(0);
        int recorded = 0;
        for (SourceSpec source : pipeline.sources()) {
            Fixtures fixtures = Fixtures.of(pipeline, source, valid.secrets());
            if (only != null && !only.equals(source.name())) {
                continue;
            }
            if (!fixtures.isRecordable()) {
                console.say("source '" + source.name() + "' is left out: the connector '" + source.connector()
                        + "' cannot be recorded");
                continue;
            }
            record(
                    fixtures,
                    source,
                    FixtureMasks.of(pipeline, valid.secrets(), outside),
                    folder(pipeline, console).resolve(source.name() + ".yaml"),
                    outside,
                    console);
            recorded++;
        }
        if (recorded == 0) {
            throw CommandException.usage(
                    only == null
                            ? "no source of " + pipeline.file() + " can be recorded"
                            : "there is no source '" + only + "' in " + pipeline.file() + " that can be recorded");
        }
    }

    private Path folder(Pipeline pipeline, Console console) {
        if (out != null) {
            return console.folder().resolve(out);
        }
        String name = String.valueOf(pipeline.file().getFileName());
        int dot = name.lastIndexOf('.');
        return pipeline.file()
                .toAbsolutePath()
                .resolveSibling("fixtures")
                .resolve(dot > 0 ? name.substring(0, dot) : name);
    }

    private void record(
            Fixtures fixtures, SourceSpec source, FixtureMasks masks, Path kept, Outside outside, Console console)
            throws Exception {
        Fixtures.Recorded recorded = read(fixtures, source, masks, kept);
        write(recorded.fixture(), FixtureFile.text(recorded.fixture(), masks), source);
        if (!masks.literal().isEmpty()) {
            console.say("what " + String.join(" and ", masks.literal())
                    + " brings in is too short to be found again, and stands in the fixture as it is where it was "
                    + "asked or answered: set the same where the test runs");
        }
        Path shown = shown(kept, console);
        console.result("source '" + source.name() + "': "
                + count(recorded.fixture().exchanges().size(), "exchange") + " in " + shown);
        for (Fixtures.Stream stream : recorded.streams()) {
            console.result("  stream " + stream.given().stream().name() + ": "
                    + count(stream.given().messages().size(), "record")
                    + (stream.given().bad().isEmpty()
                            ? ""
                            : ", and " + stream.given().bad().size() + " bad: "
                                    + stream.given().bad().get(0))
                    + (stream.isCut() ? ", and more that --limit left out" : ""));
        }
        List<Given> played = play(fixtures, masks, kept, outside);
        console.result("");
        console.result("A test for the pipeline file, if the rows are right:");
        console.result("");
        console.result("tests:");
        for (Given given : played) {
            print(given, source, kept, masks, console);
        }
    }

    private Fixtures.Recorded read(Fixtures fixtures, SourceSpec source, FixtureMasks masks, Path kept)
            throws InterruptedException {
        try {
            return fixtures.record(kept, masks, Clock.systemUTC(), limit);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw CommandException.failed("source '" + source.name() + "' could not be recorded: " + said(e));
        }
    }

    private static String said(Exception e) {
        return Failure.of(e).toString();
    }

    private static void write(Fixture fixture, String text, SourceSpec source) throws IOException {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw CommandException.failed("what source '" + source.name() + "' was answered has " + bytes
                    + " bytes, which nobody reads; set --limit lower, or ask for smaller pages");
        }
        Path folder = fixture.file().toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(fixture.file(), text);
    }

    /** That it can be played is found out now, not when the test runs somewhere else. */
    private static List<Given> play(Fixtures fixtures, FixtureMasks masks, Path kept, Outside outside)
            throws InterruptedException {
        FixtureFile.Result read = FixtureFile.read(kept, outside);
        if (read.fixture().isEmpty()) {
            throw CommandException.failed(String.join(
                    "\n", read.problems().stream().map(ConfigProblem::toString).toList()));
        }
        try {
            return fixtures.play(read.fixture().get(), masks);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw CommandException.failed("what was recorded cannot be played: " + said(e));
        }
    }

    private void print(Given given, SourceSpec source, Path kept, FixtureMasks masks, Console console)
            throws Exception {
        List<Message> rows = output(source.transforms(), given, console);
        String stream = given.stream().name();
        console.result("  - name: " + FixtureFile.scalar("what was recorded of " + stream + " comes out"));
        console.result("    source: " + FixtureFile.scalar(source.name()));
        console.result("    stream: " + FixtureFile.scalar(stream));
        console.result("    fixture: " + FixtureFile.scalar(beside(kept, console)));
        console.result("    count: " + rows.size());
        if (!rows.isEmpty()) {
            console.result("    expect:");
            for (Message row : rows.subList(0, Math.min(ROWS, rows.size()))) {
                console.result("      - " + FixtureFile.line(TestRun.shown(row, null), masks));
            }
        }
    }

    private static List<Message> output(List<StepSpec> steps, Given given, Console console)
            throws InterruptedException {
        try {
            return StepTrace.run(steps, given.stream(), given.messages(), StepTrace.offline()).stream()
                    .flatMap(traced -> traced.output().stream())
                    .toList();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            console.say("the steps cannot be tried here, so no rows are shown: " + e.getMessage());
            return List.of();
        }
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private String beside(Path kept, Console console) {
        Path pipeline =
                console.folder().resolve(file).toAbsolutePath().normalize().getParent();
        Path absolute = kept.toAbsolutePath().normalize();
        return pipeline == null
                ? absolute.toString()
                : pipeline.relativize(absolute).toString().replace('\\', '/');
    }

    private static Path shown(Path kept, Console console) {
        Path folder = console.folder().toAbsolutePath().normalize();
        Path absolute = kept.toAbsolutePath().normalize();
        return absolute.startsWith(folder) ? folder.relativize(absolute) : absolute;
    }
}
