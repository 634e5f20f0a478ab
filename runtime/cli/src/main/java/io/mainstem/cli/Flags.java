package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.LogInUseException;
import io.mainstem.log.embedded.Durability;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.pipeline.SecretProviders;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.WorkerSettings;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.plugin.PluginLoader;
import io.mainstem.server.rest.RestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say where things are. A flag goes before {@code mainstem.yaml}, which goes before the default. */
final class Flags {

    private static final String DEFAULT_DATA = "mainstem-data";
    private static final String DEFAULT_PLUGINS = "plugins";

    private Flags() {}

    private static WorkerSettings settings(Console console) {
        Path file = console.folder().resolve(WorkerSettings.FILE);
        if (!Files.exists(file)) {
            return WorkerSettings.none();
        }
        WorkerSettings.Result result = WorkerSettings.read(file, console.environment());
        if (result instanceof WorkerSettings.Result.Invalid invalid) {
            throw wrong(invalid.problems());
        }
        return ((WorkerSettings.Result.Valid) result).settings();
    }

    /** The providers of secrets that {@code mainstem.yaml} sets up; to be closed. What is secret of their options is scrubbed from here on. */
    static SecretProviders secrets(Console console, Connectors connectors) {
        SecretProviders.Result result = SecretProviders.read(
                console.folder().resolve(WorkerSettings.FILE), connectors, console.environment(), Clock.systemUTC());
        if (result instanceof SecretProviders.Result.Invalid invalid) {
            throw wrong(invalid.problems());
        }
        SecretProviders providers = ((SecretProviders.Result.Valid) result).providers();
        Scrub.also(providers.secrets());
        return providers;
    }

    private static CommandException wrong(List<ConfigProblem> problems) {
        return CommandException.usage(
                problems.stream().map(ConfigProblem::toString).collect(Collectors.joining(System.lineSeparator())));
    }

    /** Where the log is. */
    static final class Data {

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The data folder; without it, what mainstem.yaml says, else ./mainstem-data.")
        private @Nullable Path data;

        Path folder(Console console) {
            if (data != null && data.toString().isEmpty()) {
                throw CommandException.usage("--data is empty; name a folder, or leave it out");
            }
            return Optional.ofNullable(data)
                    .map(console.folder()::resolve)
                    .or(() -> settings(console).dataFolder())
                    .orElseGet(() -> console.folder().resolve(DEFAULT_DATA));
        }

        /** Opens the log that is there. */
        Log open(Console console) {
            if (console.owner().isPresent()) {
                return new SharedLog(console.owner().get().log());
            }
            Path folder = folder(console);
            if (!Files.isDirectory(folder)) {
                throw CommandException.usage("there is no data folder '" + folder + "'; name one with --data");
            }
            return open(folder, options(settings(console), Optional.empty()));
        }

        /** Opens the log as it is, and leaves it so; where there is none, an empty one that nobody keeps. */
        Log look(Console console) {
            Path folder = folder(console);
            try {
                return EmbeddedLog.look(folder);
            } catch (LogInUseException e) {
                throw new FolderBusyException(folder, String.valueOf(e.getMessage()));
            }
        }

        /** Opens the log, or makes it. */
        Log openOrCreate(Console console, Optional<WorkerSettings.Durability> durability) {
            if (console.owner().isPresent()) {
                return new SharedLog(console.owner().get().log());
            }
            return open(folder(console), options(settings(console), durability));
        }

        private static EmbeddedLogOptions options(
                WorkerSettings settings, Optional<WorkerSettings.Durability> durability) {
            EmbeddedLogOptions.Builder options = EmbeddedLogOptions.builder();
            durability.or(settings::durability).ifPresent(value -> options.durability(of(value)));
            settings.diskBudget().ifPresent(options::budgetBytes);
            settings.diskFree().ifPresent(options::minFreeBytes);
            return options.build();
        }

        private static Durability of(WorkerSettings.Durability durability) {
            return switch (durability) {
                case DISK -> Durability.DISK;
                case OS -> Durability.OS;
            };
        }

        /** What is chosen by a flag, else by {@code mainstem.yaml}, else the default. */
        WorkerSettings.Durability durability(Console console, Optional<WorkerSettings.Durability> flag) {
            return flag.or(() -> settings(console).durability()).orElse(WorkerSettings.Durability.DISK);
        }

        private static Log open(Path folder, EmbeddedLogOptions options) {
            try {
                return EmbeddedLog.open(folder, options);
            } catch (LogInUseException e) {
                throw new FolderBusyException(folder, String.valueOf(e.getMessage()));
            }
        }
    }

    /** When a record counts as stored. */
    static final class Durable {

        @Option(
                names = "--durability",
                paramLabel = "disk|os",
                description = "When a record counts as stored: when the disk has it (the default),"
                        + " or when the operating system has it.")
        private @Nullable String durability;

        Optional<WorkerSettings.Durability> chosen() {
            String text = durability;
            if (text == null) {
                return Optional.empty();
            }
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "disk" -> Optional.of(WorkerSettings.Durability.DISK);
                case "os" -> Optional.of(WorkerSettings.Durability.OS);
                default -> throw CommandException.usage("--durability is '" + text + "'; it must be disk or os");
            };
        }
    }

    /** Where the plugins are. */
    static final class Plugins {

        @Option(
                names = "--plugins",
                paramLabel = "DIR",
                description = "The plugin folder; without it, what mainstem.yaml says, else that of the installation.")
        private @Nullable Path plugins;

        PluginCatalog load(Console console) {
            return PluginLoader.load(Optional.ofNullable(plugins)
                    .map(console.folder()::resolve)
                    .or(() -> settings(console).pluginFolder())
                    .orElseGet(() -> console.home().orElse(console.folder()).resolve(DEFAULT_PLUGINS)));
        }
    }

    /** What the lines of the log look like. */
    static final class Logging {

        private static final Map<String, Boolean> FORMATS = Map.of("text", false, "json", true);

        @Option(
                names = "--log",
                paramLabel = "text|json",
                description = "What is said on standard error: lines of text (the default), or an object of JSON each.")
        private String format = "text";

        /** From now on it counts for the process; to be called before anything is said. */
        void use() {
            Boolean json = FORMATS.get(format);
            if (json == null) {
                throw CommandException.usage("--log is '" + format + "'; it must be text or json");
            }
            LogFormat.useJson(json);
        }
    }

    /** Where the REST interface is. */
    static final class Listen {

        /** Where {@code serve} listens when nothing is said. */
        static final String DEFAULT = "127.0.0.1:8470";

        /** No REST interface. */
        static final String OFF = "off";

        @Option(
                names = "--listen",
                paramLabel = "HOST:PORT|off",
                description = "Where the REST interface is; without it, what mainstem.yaml says, else " + DEFAULT
                        + " for serve and off for run. Port 0 is any that is free.")
        private @Nullable String listen;

        /**
         * Where it should be, if anywhere.
         *
         * @param otherwise what counts when nothing is said
         * @throws CommandException when that would let everybody in, or is not right
         */
        Optional<RestOptions> chosen(Console console, String otherwise) {
            WorkerSettings.Listening settings = settings(console).listening();
            String address = Optional.ofNullable(listen).or(settings::address).orElse(otherwise);
            if (address.equals(OFF)) {
                return Optional.empty();
            }
            settings.token().ifPresent(token -> Scrub.also(Secrets.of(List.of(token))));
            try {
                return Optional.of(
                        new RestOptions(RestOptions.Address.parse(address), settings.token(), tls(settings)));
            } catch (IllegalArgumentException e) {
                throw CommandException.usage(String.valueOf(e.getMessage()));
            }
        }

        private static Optional<RestOptions.Tls> tls(WorkerSettings.Listening settings) {
            if (settings.certificate().isPresent() && settings.key().isPresent()) {
                return Optional.of(new RestOptions.Tls(
                        settings.certificate().get(), settings.key().get(), settings.clients()));
            }
            if (settings.certificate().isPresent()
                    || settings.key().isPresent()
                    || settings.clients().isPresent()) {
                throw CommandException.usage(
                        "mainstem.yaml sets up TLS in part; it needs 'tls-certificate' and 'tls-key'");
            }
            return Optional.empty();
        }
    }

    /** How results look. */
    static final class Output {

        private static final Map<String, Boolean> FORMATS = Map.of("text", false, "json", true);

        @Option(names = "--output", paramLabel = "text|json", description = "How results look; text by default.")
        private String output = "text";

        boolean isJson() {
            Boolean json = FORMATS.get(output);
            if (json == null) {
                throw CommandException.usage("--output is '" + output + "'; it must be text or json");
            }
            return json;
        }
    }
}
