package io.mainstem.cli;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Capabilities;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.Emitter;
import io.mainstem.api.Factory;
import io.mainstem.api.Field;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Plugin;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A plugin whose source reads the lines of a file, each "bad" as a bad record, and whose sink writes them to another, each "refused" as one. */
public final class LinesPlugin implements Plugin {

    private static final Schema SCHEMA =
            Schema.of("lines", Field.required("number", Type.INT64), Field.required("text", Type.STRING));
    private static final Option<String> PATH =
            Option.text("path").doc("The file.").example("lines.txt").required();
    private static final Option<String> PASSWORD =
            Option.text("password").doc("With one, the file cannot be opened.").secret();
    private static final Option<Boolean> FOREVER =
            Option.bool("forever").doc("Waits for more lines.").defaultValue(false);

    /** Made by the plugin loader. */
    public LinesPlugin() {}

    @Override
    public List<Factory<?>> factories() {
        return List.of(new Reading(), new Writing());
    }

    private static final class Reading implements SourceFactory {
        @Override
        public String name() {
            return "lines";
        }

        @Override
        public String summary() {
            return "Reads the lines of a file.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of(PATH, FOREVER, PASSWORD);
        }

        @Override
        public Capabilities capabilities(Config config) {
            return Capabilities.of();
        }

        @Override
        public Schedule defaultSchedule(Config config) {
            return config.get(FOREVER) ? Schedule.CONTINUOUS : Schedule.ONCE;
        }

        @Override
        public Source create(Config config, Context context) {
            return new LinesSource(context.resolve(config.get(PATH)), config.find(PASSWORD));
        }
    }

    private record LinesSource(Path file, Optional<String> password) implements Source {
        @Override
        public Discovery discover(KnownSplits known) {
            return Discovery.of(
                    List.of(StreamSchema.of("lines", SCHEMA, List.of("number"))), List.of(Split.of("all", "lines")));
        }

        @Override
        public SplitReader open(Split split, Map<String, Position> stored, ReaderContext context) throws IOException {
            if (password.isPresent()) {
                throw new IOException("refused", new IllegalStateException("the password is " + password.get()));
            }
            List<String> lines = Files.readAllLines(file);
            Position position = stored.get(split.id());
            int start =
                    position == null ? 0 : position.longAt("line").orElseThrow().intValue();
            return (out, maxWait) -> poll(lines.subList(Math.min(start, lines.size()), lines.size()), start, out);
        }

        private static Poll poll(List<String> lines, int start, Emitter out) {
            long number = start;
            for (String line : lines) {
                number++;
                if (line.equals("bad")) {
                    out.bad(line.getBytes(StandardCharsets.UTF_8), "line " + number, "it says so");
                } else {
                    out.emit(Message.create(Row.of(SCHEMA, number, line)));
                }
            }
            out.checkpoint(Position.of("line", number));
            return Poll.end();
        }
    }

    private static final class Writing implements SinkFactory {
        @Override
        public String name() {
            return "lines";
        }

        @Override
        public String summary() {
            return "Writes lines to a file.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of(PATH);
        }

        @Override
        public Capabilities capabilities(Config config) {
            return Capabilities.of();
        }

        @Override
        public Sink create(Config config, Context context) {
            return new LinesSink(context.resolve(config.get(PATH)));
        }
    }

    /** Writes what it was given when it is flushed; each "refused" is a bad record. */
    private static final class LinesSink implements Sink {
        private final Path file;
        private final StringBuilder text = new StringBuilder();

        LinesSink(Path file) {
            this.file = file;
        }

        @Override
        public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext context) {
            return Map.of();
        }

        @Override
        public void write(SinkBatch batch) {
            for (Message message : batch.messages()) {
                String line = ((Row) message.value()).stringAt(1);
                if (line.equals("refused")) {
                    text.setLength(0);
                    throw new BadRecordsException(
                            Map.of(message.origin().orElseThrow(), new IllegalArgumentException("it says so, too")));
                }
                text.append(line).append('\n');
            }
        }

        @Override
        public void flush() throws IOException {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            text.setLength(0);
        }
    }
}
