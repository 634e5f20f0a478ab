package io.mainstem.connectors.http.sink;

import io.mainstem.api.Config;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.RecordException;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.TopicPartition;
import io.mainstem.connectors.http.client.Hash;
import io.mainstem.connectors.http.client.HttpRequest;
import io.mainstem.connectors.http.client.Template;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes requests of records. Immutable. */
final class RequestMaker {

    private static final String BOUNDARY = "mainstem-5c1d3f0b8a7e4d29";

    private final Config config;
    private final Template url;
    private final Template updateUrl;
    private final Optional<Template> deleteUrl;
    private final Optional<Template> body;

    RequestMaker(Config config) {
        this.config = config;
        this.url = Template.parse(config.get(SinkOptions.URL));
        this.updateUrl =
                config.find(SinkOptions.UPDATE_URL).map(Template::parse).orElse(url);
        this.deleteUrl = config.find(SinkOptions.DELETE_URL).map(Template::parse);
        this.body = config.find(SinkOptions.BODY).map(Template::parse);
    }

    /** A request for one record. */
    Outgoing one(Message message) throws RecordException {
        return one(message, 1);
    }

    /**
     * The same again, since the server asked for it in an answer to the first: it has another name then, or a server that remembers
     * names would give the same answer again.
     *
     * @param round how often it is asked for
     */
    Outgoing one(Message message, int round) throws RecordException {
        Template target = switch (message.operation()) {
            case DELETE -> deleteUrl.orElse(url);
            case UPDATE -> updateUrl;
            default -> url;
        };
        HttpRequest request = headers(
                HttpRequest.of(method(message.operation()), render(target, message, Template.Escape.URL))
                        .keepingMethod(),
                message,
                name(message, round));
        if (message.operation() != Operation.DELETE) {
            request = withBody(request, message);
        }
        return new Outgoing(request, List.of(message), order(message), false);
    }

    private String method(Operation operation) {
        return switch (operation) {
            case DELETE -> config.get(SinkOptions.DELETE_METHOD);
            case UPDATE -> config.find(SinkOptions.UPDATE_METHOD).orElseGet(() -> config.get(SinkOptions.METHOD));
            default -> config.get(SinkOptions.METHOD);
        };
    }

    /** Records of one key go one after the other; those without a key in the order of the partition. */
    private static int order(Message message) {
        @Nullable Datum key = message.key();
        return key == null ? partition(message).hashCode() : key.hashCode();
    }

    /** A request for many records, for the first time or again. */
    Outgoing many(List<Message> messages, int round) throws RecordException {
        List<String> records =
                messages.stream().map(message -> RecordJson.of(message.value())).toList();
        return many(messages, records, round);
    }

    /** The same with records that are JSON already. */
    Outgoing many(List<Message> messages, List<String> records, int round) throws RecordException {
        Message first = messages.get(0);
        HttpRequest request = headers(
                HttpRequest.of(config.get(SinkOptions.METHOD), render(url, first, Template.Escape.URL))
                        .keepingMethod(),
                first,
                name(messages, round));
        boolean lines = config.get(SinkOptions.BODY_FORMAT) == SinkOptions.Body.JSON_LINES;
        String text = lines
                ? records.stream().collect(Collectors.joining("\n", "", "\n"))
                : records.stream().collect(Collectors.joining(",", "[", "]"));
        String wrapped = config.find(SinkOptions.WRAP)
                .map(name -> "{\"" + name + "\":" + text + "}")
                .orElse(text);
        String type = lines ? "application/x-ndjson" : "application/json";
        return new Outgoing(
                request.body(wrapped.getBytes(StandardCharsets.UTF_8), type),
                messages,
                partition(first).hashCode(),
                true);
    }

    private HttpRequest headers(HttpRequest plain, Message message, String name) throws RecordException {
        HttpRequest request = plain;
        String idempotency = config.get(SinkOptions.IDEMPOTENCY_HEADER);
        if (!idempotency.isEmpty()) {
            request = request.header(idempotency, name);
        }
        for (Map.Entry<String, String> header : config.get(SinkOptions.HEADERS).entrySet()) {
            String value = render(Template.parse(header.getValue()), message, Template.Escape.NONE);
            if (!HttpRequest.canBeHeader(value)) {
                throw new RecordException(
                        null, "the header '" + header.getKey() + "' would have a character that no header can have");
            }
            request = request.header(header.getKey(), value);
        }
        return request;
    }

    /** A sink is given only what comes from the log. */
    private static TopicPartition partition(Message message) {
        return Objects.requireNonNull(message.partition(), "not from the log");
    }

    /** Of several records: a name of all of them, since a part of them is another request. */
    private static String name(List<Message> messages, int round) {
        if (messages.size() == 1) {
            return name(messages.get(0), round);
        }
        Hash all = new Hash();
        messages.forEach(message -> all.add(message.offset() + "-" + message.index()));
        return name(messages.get(0), 1) + "-" + messages.size() + "-" + all.text() + again(round);
    }

    private static String again(int round) {
        return round == 1 ? "" : "-again" + round;
    }

    /** The same at every attempt, and of no other record, even of a topic that was made anew. */
    private static String name(Message message, int round) {
        String index = (message.index() == 0 ? "" : "-" + message.index()) + again(round);
        return partition(message).topic() + "-"
                + Long.toHexString(partition(message).topicId().getMostSignificantBits()) + "-"
                + partition(message).partition() + "-" + message.offset() + index;
    }

    private HttpRequest withBody(HttpRequest request, Message message) throws RecordException {
        if (body.isPresent()) {
            String text = render(body.get(), message, Template.Escape.JSON);
            return request.body(text.getBytes(StandardCharsets.UTF_8), "application/json");
        }
        return switch (config.get(SinkOptions.BODY_FORMAT)) {
            case FORM -> request.body(form(message), "application/x-www-form-urlencoded");
            case MULTIPART -> {
                String boundary = boundary(message);
                yield request.body(multipart(message, boundary), "multipart/form-data; boundary=" + boundary);
            }
            default ->
                request.body(RecordJson.of(message.value()).getBytes(StandardCharsets.UTF_8), "application/json");
        };
    }

    private static byte[] form(Message message) {
        List<String> pairs = new ArrayList<>();
        fields(message).forEach(field -> pairs.add(encoded(field.getKey()) + "=" + encoded(field.getValue())));
        return String.join("&", pairs).getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The same for the same record, and in none of its values. */
    private static String boundary(Message message) {
        String boundary = BOUNDARY;
        for (int i = 1; contains(message, boundary); i++) {
            boundary = BOUNDARY + "-" + i;
        }
        return boundary;
    }

    private static boolean contains(Message message, String boundary) {
        return fields(message).stream().anyMatch(field -> field.getValue().contains(boundary));
    }

    private static byte[] multipart(Message message, String boundary) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<String, String> field : fields(message)) {
            String part = "--" + boundary + "\r\nContent-Disposition: form-data; name=\""
                    + field.getKey().replace("\"", "%22").replace("\n", "%0A").replace("\r", "%0D")
                    + "\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + field.getValue() + "\r\n";
            out.writeBytes(part.getBytes(StandardCharsets.UTF_8));
        }
        out.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static List<Map.Entry<String, String>> fields(Message message) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        if (message.value() instanceof Row row) {
            for (int i = 0; i < row.schema().size(); i++) {
                @Nullable Object value = row.at(i);
                if (value != null) {
                    fields.add(Map.entry(row.schema().field(i).name(), RecordJson.text(value)));
                }
            }
        } else if (message.value() instanceof Scalar scalar) {
            fields.add(Map.entry("value", scalar.text()));
        }
        return fields;
    }

    private static String render(Template template, Message message, Template.Escape escape) throws RecordException {
        if (escape == Template.Escape.JSON && template.names().contains("record")) {
            String whole = RecordJson.of(message.value());
            Template rest = Template.parse(template.toString().replace("{record}", "\u0000"));
            return rest.render(name -> value(name, message), escape).replace("\u0000", whole);
        }
        try {
            return template.render(name -> value(name, message), escape);
        } catch (IllegalArgumentException e) {
            throw new RecordException(null, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> value(String name, Message message) {
        return switch (name) {
            case "topic" -> Optional.of(partition(message).topic());
            case "partition" -> Optional.of(Integer.toString(partition(message).partition()));
            case "offset" -> Optional.of(Long.toString(message.offset()));
            case "key" -> scalar(message.key());
            default ->
                name.startsWith("key.")
                        ? field(message.key(), name.substring("key.".length()))
                        : field(message.value(), name.startsWith("value.") ? name.substring("value.".length()) : name);
        };
    }

    private static Optional<String> scalar(@Nullable Datum datum) {
        if (datum instanceof Row row && row.schema().size() == 1) {
            return Optional.ofNullable(row.at(0)).map(RecordJson::text);
        }
        return datum instanceof Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
    }

    private static Optional<String> field(@Nullable Datum datum, String name) {
        if (datum instanceof Row row && row.schema().indexOf(name) >= 0) {
            return Optional.ofNullable(row.at(name)).map(RecordJson::text);
        }
        return Optional.empty();
    }
}
