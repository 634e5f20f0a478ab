package io.mainstem.connectors.http.webhook;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.mainstem.api.Config;
import io.mainstem.connectors.http.client.JsonProblem;
import io.mainstem.connectors.http.webhook.Delivery.Outcome;
import io.mainstem.connectors.http.webhook.WebhookOptions.Signature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests to one path: checks them, hands them to the source through a short queue, and answers when the log has them.
 * Thread-safe.
 */
final class WebhookHandler {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader UNAMBIGUOUS = JSON.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    private static final int DRAIN_MAX = 1 << 20;

    private final Config config;
    private final SignatureCheck signature;
    private final Optional<Quota> quota;
    private final Clock clock;
    private final BlockingQueue<Delivery> queue;
    private final Optional<String> idHeader;
    private final Optional<JsonPointer> idAt;
    private volatile boolean closed;

    WebhookHandler(Config config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.signature = new SignatureCheck(config, clock);
        this.quota = config.find(WebhookOptions.QUOTA).map(Quota::new);
        this.queue = new ArrayBlockingQueue<>(config.get(WebhookOptions.QUEUE).intValue());
        Signature kind = config.get(WebhookOptions.SIGNATURE);
        this.idHeader = config.find(WebhookOptions.ID_HEADER).or(() -> switch (kind) {
            case GITHUB -> Optional.of("X-GitHub-Delivery");
            case SHOPIFY -> Optional.of("X-Shopify-Webhook-Id");
            default -> Optional.empty();
        });
        this.idAt = config.find(WebhookOptions.ID_AT)
                .or(() -> switch (kind) {
                    case STRIPE -> Optional.of("/id");
                    case SLACK -> Optional.of("/event_id");
                    default -> Optional.empty();
                })
                .map(JsonPointer::compile);
    }

    /** The next delivery, if one comes within a time. */
    @Nullable
    Delivery next(long millis) throws InterruptedException {
        return millis <= 0 ? queue.poll() : queue.poll(millis, TimeUnit.MILLISECONDS);
    }

    void handle(HttpExchange exchange) throws IOException, InterruptedException {
        String sender = exchange.getRemoteAddress().getAddress().getHostAddress();
        if (!config.get(WebhookOptions.METHODS).contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().add("Allow", String.join(", ", config.get(WebhookOptions.METHODS)));
            refuse(exchange, 405, "this path takes " + String.join(", ", config.get(WebhookOptions.METHODS)));
            return;
        }
        if (quota.isPresent() && !quota.get().take(sender, clock.instant().getEpochSecond())) {
            exchange.getResponseHeaders().add("Retry-After", "1");
            refuse(exchange, 429, "too many requests");
            return;
        }
        Optional<byte[]> body = body(exchange);
        if (body.isEmpty()) {
            refuse(exchange, 413, "a body may have " + config.get(WebhookOptions.MAX_BODY) + " bytes");
            return;
        }
        take(exchange, sender, body.get());
    }

    private Optional<byte[]> body(HttpExchange exchange) throws IOException {
        long most = config.get(WebhookOptions.MAX_BODY);
        @Nullable String announced = exchange.getRequestHeaders().getFirst("Content-Length");
        if (announced != null && announced.matches("[0-9]{1,18}") && Long.parseLong(announced) > most) {
            return Optional.empty();
        }
        byte[] body = exchange.getRequestBody().readNBytes((int) most + 1);
        return body.length > most ? Optional.empty() : Optional.of(body);
    }

    private void take(HttpExchange exchange, String sender, byte[] body) throws IOException, InterruptedException {
        Optional<String> wrong = signature.problem(exchange.getRequestHeaders(), body);
        if (wrong.isPresent()) {
            refuse(exchange, 401, wrong.get());
            return;
        }
        Optional<String> challenge = challenge(body);
        if (challenge.isPresent()) {
            answer(exchange, 200, challenge.get());
            return;
        }
        try {
            deliver(exchange, delivery(exchange, sender, body));
        } catch (JsonProcessingException e) {
            refuse(exchange, 400, "the body is not JSON: " + JsonProblem.of(e));
        } catch (CharacterCodingException e) {
            refuse(exchange, 400, "the body is not UTF-8");
        } catch (BadBodyException e) {
            refuse(exchange, 400, String.valueOf(e.getMessage()));
        }
    }

    private Delivery delivery(HttpExchange exchange, String sender, byte[] body) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        Map<String, String> form = Form.of(headers, body);
        return new Delivery(
                id(headers, body, form), exchange.getRequestMethod(), sender, kept(headers), bodies(body), form);
    }

    private void deliver(HttpExchange exchange, Delivery delivery) throws IOException, InterruptedException {
        if (closed || !queue.offer(delivery)) {
            unavailable(exchange);
            return;
        }
        Outcome outcome =
                delivery.await(config.get(WebhookOptions.ANSWER_WITHIN).toMillis());
        if (outcome == Outcome.FAILED) {
            unavailable(exchange);
            return;
        }
        exchange.sendResponseHeaders(200, -1);
    }

    private static void unavailable(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Retry-After", "1");
        refuse(exchange, 503, "the log cannot take it now");
    }

    /** Reads what the sender still sends, within limits, so that it reads the answer. */
    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        try (InputStream rest = exchange.getRequestBody()) {
            rest.readNBytes(DRAIN_MAX);
        }
        answer(exchange, status, why);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Slack asks a new endpoint to prove itself, once. */
    private Optional<String> challenge(byte[] body) {
        if (config.get(WebhookOptions.SIGNATURE) != Signature.SLACK) {
            return Optional.empty();
        }
        JsonNode tree = tree(body);
        return tree.path("type").asText("").equals("url_verification")
                ? Optional.of(tree.path("challenge").asText(""))
                : Optional.empty();
    }

    private String id(Headers headers, byte[] body, Map<String, String> form) {
        Optional<String> name = idHeader.map(headers::getFirst);
        if (name.isPresent() || idAt.isEmpty()) {
            return name.orElse("");
        }
        JsonNode tree = form.isEmpty() ? tree(body) : JSON.valueToTree(form);
        JsonNode value = tree.at(idAt.get());
        return value.isValueNode() && !value.isNull() ? value.asText() : "";
    }

    /** What is not JSON has nothing at any place, nor has what has two members of one name. */
    private static JsonNode tree(byte[] body) {
        try {
            return UNAMBIGUOUS.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private Map<String, String> kept(Headers headers) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (String name : config.get(WebhookOptions.KEY_HEADERS)) {
            @Nullable String value = headers.getFirst(name);
            if (value != null) {
                kept.put(name, value);
            }
        }
        return kept;
    }

    /** The records in a body, each as it was written. */
    private List<byte[]> bodies(byte[] body) throws IOException {
        return switch (config.get(WebhookOptions.BODY)) {
            case ONE -> List.of(utf8(body));
            case ARRAY -> elements(body);
            case LINES -> lines(utf8(body));
        };
    }

    private static byte[] utf8(byte[] body) throws CharacterCodingException {
        var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        return body;
    }

    /** The elements of an array, each as it was sent: numbers keep all their digits. */
    private static List<byte[]> elements(byte[] body) throws IOException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(body))
                .toString();
        List<byte[]> elements = new ArrayList<>();
        try (JsonParser parser = JSON.getFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new BadBodyException("the body is no array in JSON, which this path takes");
            }
            parser.nextToken();
            while (parser.currentToken() != JsonToken.END_ARRAY) {
                int from = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                parser.finishToken();
                int to = (int) parser.currentLocation().getCharOffset();
                elements.add(text.substring(from, to).strip().getBytes(StandardCharsets.UTF_8));
                parser.nextToken();
            }
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "there is something behind its end");
            }
        }
        return elements;
    }

    private static List<byte[]> lines(byte[] body) {
        List<byte[]> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte one : body) {
            if (one != '\n') {
                line.write(one);
            } else {
                add(line, lines);
            }
        }
        add(line, lines);
        return lines;
    }

    private static void add(ByteArrayOutputStream line, List<byte[]> lines) {
        if (line.size() > 0) {
            lines.add(line.toByteArray());
        }
        line.reset();
    }

    /** Those who wait are told to come again. */
    void close() {
        closed = true;
        for (Delivery waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
            waiting.settle(Outcome.FAILED);
        }
    }
}
