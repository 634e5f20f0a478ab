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
 * @param listening where others may ask, and who
 */
public record WorkerSettings(
        Optional<Path> dataFolder,
        Optional<Durability> durability,
        Optional<Path> pluginFolder,
        Optional<Long> diskBudget,
        Optional<Long> diskFree,
        Listening listening) {

    /** The name of the file. */
    public static final String FILE = "mainstem.yaml";

    /**
     * Where others may ask the worker, and who.
     *
     * @param address {@code host:port}, or {@code off}, if it says so
     * @param token what a call must carry, if it says so; secret
     * @param certificate the file of the certificate, if it says so
     * @param key the file of its private key, if it says so
     * @param clients the file of the authorities of clients, if it says so
     */
    public record Listening(
            Optional<String> address,
            Optional<String> token,
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<Path> clients) {

        /** Nothing said. */
        static final Listening NONE =
                new Listening(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** Without the token. */
        @Override
        public String toString() {
            return "Listening[" + address + "]";
        }
    }

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
    private static final Option<String> LISTEN =
            Option.text("listen").doc("Where the REST interface is: host:port, or off.");
    /** The fewest characters of a token: less could be guessed. */
    private static final int TOKEN_CHARACTERS_MIN = 16;

    private static final Option<String> TOKEN = Option.parsed("listen-token", WorkerSettings::token)
            .doc("What a call of the REST interface must carry, beside the token in worker.json.")
            .secret();
    private static final Option<String> TLS_CERTIFICATE =
            Option.text("tls-certificate").doc("The certificate of the REST interface, a file in PEM.");
    private static final Option<String> TLS_KEY =
            Option.text("tls-key").doc("The private key of the certificate, a file in PEM (PKCS#8).");
    private static final Option<String> TLS_CLIENTS = Option.text("tls-clients")
            .doc("The authorities of client certificates that may read without a token, a file in PEM.");
    static final Section SETTINGS = Section.of(
            new Value(DATA),
            new Value(DURABILITY),
            new Value(PLUGINS),
            new Value(DISK_BUDGET),
            new Value(DISK_FREE),
            new Value(LISTEN),
            new Value(TOKEN),
            new Value(TLS_CERTIFICATE),
            new Value(TLS_KEY),
            new Value(TLS_CLIENTS),
            SecretProviders.SECTION);

    private static final WorkerSettings NONE = new WorkerSettings(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Listening.NONE);

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

    private static String token(String text) {
        if (text.length() < TOKEN_CHARACTERS_MIN) {
            throw new IllegalArgumentException("has fewer than " + TOKEN_CHARACTERS_MIN
                    + " characters, and could be guessed; make one with 'openssl rand -hex 32'");
        }
        return text;
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
        Optional<WorkerSettings> settings = YamlFile.read(findings, Outside.of(environment))
                .map(root -> {
                    SectionReader section = SectionReader.of(SETTINGS, FILE, root.place(), root, findings);
                    return new WorkerSettings(
                            section.value(DATA).map(file::resolveSibling),
                            section.value(DURABILITY),
                            section.value(PLUGINS).map(file::resolveSibling),
                            section.value(DISK_BUDGET),
                            section.value(DISK_FREE),
                            new Listening(
                                    section.value(LISTEN),
                                    section.value(TOKEN),
                                    section.value(TLS_CERTIFICATE).map(file::resolveSibling),
                                    section.value(TLS_KEY).map(file::resolveSibling),
                                    section.value(TLS_CLIENTS).map(file::resolveSibling)));
                });
        return settings.isPresent() && findings.isClean()
                ? new Result.Valid(settings.get())
                : new Result.Invalid(findings.problems());
    }
}
