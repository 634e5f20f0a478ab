package io.mainstem.cli;

import io.mainstem.api.Header;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicDescription;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class ProduceCommand implements Command {

    /** So much is looked at to infer a schema. */
    private static final int LEARNED_LINES = 1_000;

    private static final int LEARNED_CHARACTERS = 1 << 20;

    @Parameters(paramLabel = "TOPIC", description = "The name of the topic.")
    private String name = "";

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "How to write the values: avro (the default) and json take a JSON object on each line,"
                    + " text and bytes take the line.")
    private @Nullable String codec;

    @Option(
            names = "--key",
            split = ",",
            paramLabel = "FIELD",
            description = "The fields that make the key; those of the topic's schema by default.")
    private List<String> key = new ArrayList<>();

    @Option(names = "--file", paramLabel = "FILE", description = "Reads this file; without it, what is piped in.")
    private @Nullable Path file;

    @Option(
            names = "--key-separator",
            paramLabel = "TEXT",
            description = "Each line is a key, this text and the value; \\t is a tab.")
    private @Nullable String keySeparator;

    @Option(
            names = "--null-marker",
            paramLabel = "TEXT",
            description = "A value that is just this text is none: the record deletes its key.")
    private @Nullable String nullMarker;

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "A header for every record; may be repeated.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--full",
            description = "Each line is a whole record as consume --full prints it: a JSON object with operation,"
                    + " key, value, headers and timestamp, each optional.")
    private boolean full;

    @Mixin
    private Flags.Data data = new Flags.Data();

    /** The input, which the process that has the data folder does not open: it is sent what this one reads. */
    @Override
    public InputStream input(Console console) throws IOException {
        Path named = file;
        if (named == null || console.owner().isPresent()) {
            return console.in();
        }
        try {
            return Files.newInputStream(console.folder().resolve(named));
        } catch (NoSuchFileException e) {
            throw CommandException.usage("there is no file '" + named + "'");
        }
    }

    @Override
    public int run(Console console) throws IOException {
        CodecKind kind = CodecNames.parse(codec).orElse(CodecKind.AVRO);
        LineMessages.Form form = form();
        try (Log log = data.open(console);
                Schemas schemas = Schemas.open(log);
                Producer producer = log.producer(
                        ProducerOptions.idempotent().withBatchBytes(256 << 10).withLinger(Duration.ofMillis(5)));
                InputStream in = input(console)) {
            console.owner().ifPresent(owner -> owner.requireOrdinaryTopic(name));
            TopicDescription topic = LogTopics.getOrdinary(log, name);
            LogTopics.full(log).ifPresent(why -> console.say(why + "; records wait for room, for a minute at most"));
            Optional<Registered> schema = schemas.latest(name);
            List<String> keyFields =
                    key.isEmpty() ? schema.map(Registered::keyFields).orElse(List.of()) : key;
            LineAppender appender = new LineAppender(topic, kind, keyFields, schemas, producer);
            append(appender, new LineMessages(name, kind, schema, keyFields, form), in);
            long records = appender.finish();
            console.result(
                    "appended " + records + (records == 1 ? " record" : " records") + " to topic '" + name + "'");
            return ExitCode.DONE;
        }
    }

    private LineMessages.Form form() {
        if (full && (keySeparator != null || nullMarker != null)) {
            throw CommandException.usage("with --full a line has its key and value by name;"
                    + " leave out --key-separator and --null-marker");
        }
        if (keySeparator != null && keySeparator.isEmpty()) {
            throw CommandException.usage("--key-separator is empty");
        }
        return new LineMessages.Form(
                full,
                Optional.ofNullable(keySeparator).map(text -> text.replace("\\t", "\t")),
                Optional.ofNullable(nullMarker),
                headers.stream().map(ProduceCommand::header).toList());
    }

    private static Header header(String text) {
        int at = text.indexOf('=');
        if (at < 1) {
            throw CommandException.usage("--header is '" + text + "'; it must be a name, = and a value");
        }
        return new Header(text.substring(0, at), text.substring(at + 1).getBytes(StandardCharsets.UTF_8));
    }

    /** The lines that are there, as far as they go: who types or follows a file waits for none that is still to come. */
    private static Deque<String> first(BufferedReader lines) throws IOException {
        Deque<String> first = new ArrayDeque<>();
        int characters = 0;
        while (first.size() < LEARNED_LINES && characters < LEARNED_CHARACTERS && (first.isEmpty() || lines.ready())) {
            String line = line(lines);
            if (line == null) {
                break;
            }
            first.add(line);
            characters += line.length();
        }
        return first;
    }

    private static @Nullable String next(Deque<String> first, BufferedReader lines) throws IOException {
        String line = first.poll();
        return line == null ? line(lines) : line;
    }

    /** The next line, up to a line feed: a carriage return is part of it. */
    private static @Nullable String line(BufferedReader lines) throws IOException {
        int next = lines.read();
        if (next < 0) {
            return null;
        }
        StringBuilder line = new StringBuilder();
        while (next >= 0 && next != '\n') {
            line.append((char) next);
            next = lines.read();
        }
        return line.toString();
    }

    private static void append(LineAppender appender, LineMessages messages, InputStream in) throws IOException {
        // Each byte a character: a line stays as it is, and one that is no text is refused by its number.
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        Deque<String> first = messages.infers() ? first(lines) : new ArrayDeque<>();
        messages.learn(List.copyOf(first));
        long number = 0;
        for (String line = next(first, lines); line != null; line = next(first, lines)) {
            number++;
            try {
                appender.append(messages.message(line), number);
            } catch (CodecException | SchemaException | IllegalArgumentException e) {
                long before = appender.finish();
                throw CommandException.failed("line " + number + " cannot be appended: " + e.getMessage() + "; the "
                        + before + " before it are in the topic");
            }
        }
    }
}
