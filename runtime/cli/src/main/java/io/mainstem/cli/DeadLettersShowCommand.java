package io.mainstem.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.DeadLetters.Corrected;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class DeadLettersShowCommand implements Command {

    @Parameters(paramLabel = "ID", description = "The letter, by its id or the beginning of it.")
    private String id = "";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            ObjectNode object = json(log, DeadLetters.read(log), id);
            if (json) {
                console.result(object.toPrettyString());
            } else {
                object.properties().forEach(field -> print(field.getKey(), field.getValue(), console));
            }
            return ExitCode.DONE;
        }
    }

    /**
     * All of a letter.
     *
     * @param letters those there are
     * @param id its id or the beginning of it
     */
    static ObjectNode json(Log log, DeadLetters letters, String id) {
        try (Schemas schemas = Schemas.open(log)) {
            Letter letter = LetterFilter.find(id, letters.all());
            ObjectNode object = LetterText.json(letter);
            addRecord(object, letters, letter, schemas);
            return object;
        }
    }

    private static void print(String name, JsonNode value, Console console) {
        console.result(String.format(Locale.ROOT, "%-13s %s", name, value.isTextual() ? value.asText() : value));
    }

    private static void addRecord(ObjectNode object, DeadLetters letters, Letter letter, Schemas schemas) {
        DeadLetter content = letters.content(letter);
        ObjectNode headers = JsonResult.object();
        for (Headers.Header header : content.original().list()) {
            headers.put(header.name(), new String(header.value(), StandardCharsets.UTF_8));
        }
        object.set("headers", headers);
        if (letter.head().record().isEmpty()) {
            letter.head().given().ifPresent(row -> object.put("stream", row.stream()));
            object.put("read", LetterRow.text(new Corrected(content.key(), content.value())));
            if (letter.edited().isPresent()) {
                object.put("corrected", LetterRow.text(letters.corrected(letter, content)));
            }
            return;
        }
        LetterRecord record = new LetterRecord(letter, content, schemas);
        object.put("record", record.text(new Corrected(content.key(), content.value())));
        if (letter.edited().isPresent()) {
            object.put("corrected", record.text(letters.corrected(letter, content)));
        }
        put(object, "keyBytes", content.key());
        put(object, "valueBytes", content.value());
    }

    private static void put(ObjectNode object, String name, byte @Nullable [] bytes) {
        if (bytes != null) {
            object.put(name, Base64.getEncoder().encodeToString(bytes));
        }
    }
}
