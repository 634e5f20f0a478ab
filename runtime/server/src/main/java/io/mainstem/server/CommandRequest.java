package io.mainstem.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The line that a request begins with: the arguments of a command. What the command reads as its input follows it. */
final class CommandRequest {

    /** Where commands are asked for. */
    static final String PATH = "/v1/commands";

    /** The most bytes that the line of arguments may have. */
    static final int ARGUMENT_BYTES_MAX = 64 << 10;

    /** The most arguments. */
    static final int ARGUMENTS_MAX = 256;

    /** The most bytes of input behind the arguments. */
    static final int INPUT_BYTES_MAX = 64 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private CommandRequest() {}

    /** The line, with its end. */
    static byte[] line(List<String> arguments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("args");
            for (String argument : arguments) {
                json.writeString(argument);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** Reads the line and leaves the stream behind it. */
    static List<String> read(InputStream body) throws IOException, Refusal {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = body.read(); next != '\n'; next = body.read()) {
            if (next < 0) {
                throw new Refusal(400, "the request ends before its arguments do");
            }
            if (line.size() == ARGUMENT_BYTES_MAX) {
                throw new Refusal(413, "the arguments have more than " + ARGUMENT_BYTES_MAX + " bytes");
            }
            line.write(next);
        }
        return parse(line.toByteArray());
    }

    private static List<String> parse(byte[] line) throws IOException, Refusal {
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT
                    || !"args".equals(json.nextFieldName())
                    || json.nextToken() != JsonToken.START_ARRAY) {
                throw notArguments();
            }
            return texts(json);
        } catch (JsonProcessingException e) {
            throw notArguments();
        }
    }

    private static List<String> texts(JsonParser json) throws IOException, Refusal {
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING || texts.size() == ARGUMENTS_MAX) {
                throw notArguments();
            }
            texts.add(json.getText());
        }
        return List.copyOf(texts);
    }

    private static Refusal notArguments() {
        return new Refusal(
                400,
                "the request must begin with a line like {\"args\":[\"topics\",\"list\"]}, of at most " + ARGUMENTS_MAX
                        + " arguments");
    }
}
