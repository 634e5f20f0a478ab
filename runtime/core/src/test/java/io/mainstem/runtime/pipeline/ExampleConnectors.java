package io.mainstem.runtime.pipeline;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.runtime.plugin.Connectors;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Connectors with an option of each shape; what they make is of no interest here. */
final class ExampleConnectors {

    enum Mode {
        INSERT,
        UPSERT
    }

    static final Option<String> PATH =
            Option.text("path").doc("The file.").example("orders.csv").required();
    static final Option<String> DELIMITER = Option.text("delimiter").defaultValue(",");
    static final Option<Boolean> HEADER = Option.bool("header").defaultValue(true);
    static final Option<Map<String, String>> TYPES =
            Option.map("types", Option.text("type")).example("{id: int64}");
    static final Option<List<Long>> SKIP = Option.list("skip", Option.integer("line", 1, 1_000));
    static final Option<String> PART_NAME = Option.text("title").required().example("first");
    static final Option<Long> LINES = Option.integer("lines", 1, 100).defaultValue(10L);
    static final Option<String> PART_SECRET = Option.text("part-secret").secret();
    static final Option<Map<String, Config>> PARTS =
            Option.map("parts", Option.section("part", ConfigSpec.of(PART_NAME, LINES, PART_SECRET)));
    static final Option<Long> CHUNK = Option.size("chunk", 1, 1 << 30).defaultValue(65_536L);

    static final Option<String> URL = Option.text("url").required();
    static final Option<String> PASSWORD = Option.text("password").secret();
    static final Option<Mode> MODE = Option.choice("mode", Mode.class).defaultValue(Mode.INSERT);
    static final Option<String> KEY = Option.text("key");
    static final Option<Long> BATCH = Option.integer("batch", 1, 100_000).defaultValue(1_000L);
    static final Option<Duration> TIMEOUT = Option.duration("timeout", Duration.ofMillis(1), Duration.ofHours(1))
            .defaultValue(Duration.ofSeconds(30));
    static final Option<Double> RATE = Option.number("rate", 0, 1);

    private ExampleConnectors() {}

    static Connectors catalog() {
        return Connectors.of(List.of(new Files(), new Table(), new Table.Reading()));
    }

    /** A source of which a schedule is the connector's own. */
    static final class Files implements SourceFactory {
        @Override
        public String name() {
            return "file";
        }

        @Override
        public String summary() {
            return "Reads files.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of(PATH, DELIMITER, HEADER, TYPES, SKIP, PARTS, CHUNK);
        }

        @Override
        public Capabilities capabilities(Config config) {
            return Capabilities.of();
        }

        @Override
        public Schedule defaultSchedule(Config config) {
            return config.get(PATH).contains("*") ? Schedule.CONTINUOUS : Schedule.ONCE;
        }

        @Override
        public Source create(Config config, Context context) {
            throw new UnsupportedOperationException("only its configuration is of interest");
        }
    }

    /** A sink with a rule between options. */
    static final class Table implements SinkFactory {
        @Override
        public String name() {
            return "table";
        }

        @Override
        public String summary() {
            return "Writes tables.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of(URL, PASSWORD, MODE, KEY, BATCH, TIMEOUT, RATE)
                    .rule(config -> config.get(MODE) == Mode.UPSERT && !config.isSet(KEY)
                            ? List.of(Problem.at(MODE, "upsert needs a key; set 'key'"))
                            : List.of());
        }

        @Override
        public Capabilities capabilities(Config config) {
            return Capabilities.of();
        }

        @Override
        public Sink create(Config config, Context context) {
            throw new UnsupportedOperationException("only its configuration is of interest");
        }

        /** The other side of the same system. */
        static final class Reading implements SourceFactory {
            @Override
            public String name() {
                return "table";
            }

            @Override
            public String summary() {
                return "Reads tables.";
            }

            @Override
            public ConfigSpec config() {
                return ConfigSpec.of(URL, PASSWORD);
            }

            @Override
            public Capabilities capabilities(Config config) {
                return Capabilities.of();
            }

            @Override
            public Source create(Config config, Context context) {
                throw new UnsupportedOperationException("only its configuration is of interest");
            }
        }
    }
}
