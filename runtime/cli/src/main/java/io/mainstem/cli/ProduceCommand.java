package io.mainstem.cli;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Scalar;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicDescription;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class ProduceCommand implements Command {

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

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) throws IOException {
        CodecKind kind = CodecNames.parse(codec).orElse(CodecKind.AVRO);
        try (Log log = data.open(console);
                Schemas schemas = Schemas.open(log);
                Producer producer = log.producer(
                        ProducerOptions.idempotent().withBatchBytes(256 << 10).withLinger(Duration.ofMillis(5)))) {
            TopicDescription topic = LogTopics.get(log, name);
            console.owner().ifPresent(owner -> owner.requireOrdinaryTopic(name));
            Optional<Registered> schema = schemas.latest(name);
            List<String> keyFields =
                    key.isEmpty() ? schema.map(Registered::keyFields).orElse(List.of()) : key;
            LineAppender appender = new LineAppender(topic, kind, keyFields, schemas, producer);
            long lines = append(appender, kind, schema, console);
            appender.finish();
            console.result("appended " + lines + (lines == 1 ? " record" : " records") + " to topic '" + name + "'");
            return ExitCode.DONE;
        }
    }

    private long append(LineAppender appender, CodecKind kind, Optional<Registered> schema, Console console)
            throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            try {
                appender.append(Message.create(value(line, kind, schema)));
            } catch (CodecException | SchemaException | IllegalArgumentException e) {
                appender.finish();
                throw CommandException.failed("line " + number + " cannot be appended: " + e.getMessage() + "; the "
                        + (number - 1) + " before it are in the topic");
            }
        }
        return number;
    }

    private Datum value(String line, CodecKind kind, Optional<Registered> schema) {
        return switch (kind) {
            case AVRO, JSON ->
                schema.isPresent() ? JsonRows.toRow(line, schema.get().schema()) : JsonRows.toRow(line, name);
            case TEXT -> Scalar.text(line);
            case BYTES -> Scalar.bytes(line.getBytes(StandardCharsets.UTF_8));
        };
    }
}
