package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.DeadLetters.Corrected;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterState;
import io.mainstem.runtime.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class DeadLettersEditCommand implements Command {

    @Parameters(paramLabel = "ID", description = "The letter, by its id or the beginning of it.")
    private String id = "";

    @Option(names = "--file", paramLabel = "FILE", description = "Has the value; without it, what is piped in.")
    private @Nullable Path file;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "How to write the value: avro, json, text or bytes; as the others of its topic by default.")
    private @Nullable String codec;

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
        Optional<CodecKind> kind = CodecNames.parse(codec);
        try (Log log = data.open(console);
                InputStream in = input(console)) {
            Edited edited = edit(log, id, in.readAllBytes(), kind);
            console.result("corrected dead letter " + edited.letter().id() + ": " + edited.record());
            console.result("send it with 'mainstem dead-letters replay "
                    + edited.letter().id() + "'");
            return ExitCode.DONE;
        }
    }

    /**
     * A letter that was corrected.
     *
     * @param record its record as it is now, a line of JSON
     */
    record Edited(Letter letter, String record) {}

    /**
     * Corrects a letter.
     *
     * @param id its id or the beginning of it
     * @param value its new value, as a person writes it
     */
    static Edited edit(Log log, String id, byte[] value, Optional<CodecKind> kind) {
        try (Schemas schemas = Schemas.open(log)) {
            DeadLetters letters = DeadLetters.read(log);
            Letter letter = LetterFilter.find(id, letters.all());
            if (letter.state() != LetterState.OPEN) {
                throw CommandException.conflict("dead letter " + letter.id() + " was "
                        + letter.state().word() + " already; nothing is to be corrected");
            }
            DeadLetter content = letters.content(letter);
            String text = new String(value, StandardCharsets.UTF_8).strip();
            if (letter.owner().side() == DeadLetter.Side.SOURCE) {
                return store(log, letter, LetterRow.withValue(content, text, kind), LetterRow::text);
            }
            LetterRecord record = new LetterRecord(letter, content, schemas);
            return store(log, letter, record.withValue(text, kind), record::text);
        }
    }

    private static Edited store(Log log, Letter letter, Corrected corrected, Function<Corrected, String> text) {
        DeadLetters.edit(log, Clock.systemUTC(), letter, corrected);
        return new Edited(letter, text.apply(corrected));
    }
}
