package io.mainstem.runtime.pipeline;

import io.mainstem.api.Option;
import io.mainstem.runtime.pipeline.Section.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code mainstem.yaml} says of the worker itself; each can be left out, and a flag on the command line goes before
 * it. Immutable.
 *
 * @param dataFolder where the log is, if it says so
 * @param durability when a record counts as stored, if it says so
 * @param pluginFolder where the plugins are, if it says so
 * @param diskBudget the most bytes that the log may use, if it says so
 * @param diskFree the bytes that must stay free on its disk, if it says so
 */
public record WorkerSettings(
        Optional<Path> dataFolder,
        Optional<Durability> durability,
        Optional<Path> pluginFolder,
        Optional<Long> diskBudget,
        Optional<Long> diskFree) {

    /** The name of the file. */
    public static final String FILE = "mainstem.yaml";

    /** When a record counts as stored. */
    public enum Durability {
        /** When the disk has it. */
        DISK,
        /** When the operating system has it: faster, and lost when the machine stops. */
        OS
    }

    private static final Option<String> DATA = Option.text("data").doc("The folder of the log.");
    private static final Option<Durability> DURABILITY =
            Option.choice("durability", Durability.class).doc("When a record counts as stored.");
    private static final Option<String> PLUGINS = Option.text("plugins").doc("The folder of the plugins.");
    private static final Option<Long> DISK_BUDGET = Option.size("disk-budget", 512 << 20, Long.MAX_VALUE)
            .doc("The most that the log may use; near to it, sources wait.");
    private static final Option<Long> DISK_FREE =
            Option.size("disk-free", 0, 1L << 50).doc("What must stay free on the disk, or sources wait.");
    private static final Section SETTINGS = Section.of(
            new Value(DATA), new Value(DURABILITY), new Value(PLUGINS), new Value(DISK_BUDGET), new Value(DISK_FREE));

    private static final WorkerSettings NONE = new WorkerSettings(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** What came of reading the file. */
    public sealed interface Result {

        /**
         * The file is right.
         *
         * @param settings what it says
         */
        record Valid(WorkerSettings settings) implements Result {}

        /**
         * Something is wrong.
         *
         * @param problems all that is wrong, in order; at least one
         */
        record Invalid(List<ConfigProblem> problems) implements Result {

            /** Copies the list. */
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Nothing said. */
    public static WorkerSettings none() {
        return NONE;
    }

    /**
     * Reads the file. Folders in it start from its own.
     *
     * @param environment the environment variables that placeholders may name
     */
    public static Result read(Path file, Map<String, String> environment) {
        Findings findings = new Findings(file);
        Optional<WorkerSettings> settings = YamlFile.read(findings, environment).map(root -> {
            SectionReader section = SectionReader.of(SETTINGS, FILE, root.place(), root, findings);
            return new WorkerSettings(
                    section.value(DATA).map(file::resolveSibling),
                    section.value(DURABILITY),
                    section.value(PLUGINS).map(file::resolveSibling),
                    section.value(DISK_BUDGET),
                    section.value(DISK_FREE));
        });
        return settings.isPresent() && findings.isClean()
                ? new Result.Valid(settings.get())
                : new Result.Invalid(findings.problems());
    }
}
