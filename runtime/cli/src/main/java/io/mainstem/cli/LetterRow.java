package io.mainstem.cli;

import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.MessageLine;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters.Corrected;
import io.mainstem.runtime.schema.SchemaException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a source read, of a dead letter, for people: the row that it gave, or the bytes that it could make none of. */
final class LetterRow {

    private LetterRow() {}

    /** The row as one line of JSON, or the bytes as text. */
    static String text(Corrected read) {
        byte[] value = read.value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    /**
     * The row with another value.
     *
     * @param text a JSON object with the fields of the row
     */
    static Corrected withValue(DeadLetter content, String text, Optional<CodecKind> codec) {
        DeadLetter.Given given = content.given()
                .filter(row -> content.cutFrom().isEmpty())
                .orElseThrow(() -> CommandException.conflict("dead letter " + content.id()
                        + " has no row that could be corrected; correct it where the source reads, or add a record with"
                        + " 'mainstem produce'"));
        if (codec.isPresent()) {
            throw CommandException.usage("'--codec' is for the record of a sink; the row of a source is a JSON object");
        }
        try {
            MessageLine line = new MessageLine(text(new Corrected(null, content.value())), given.schema());
            return new Corrected(null, line.withValue(text).text().getBytes(StandardCharsets.UTF_8));
        } catch (CodecException | SchemaException | IllegalArgumentException e) {
            throw CommandException.unfit(
                    "the value does not fit the row of stream '" + given.stream() + "': " + e.getMessage());
        }
    }
}
