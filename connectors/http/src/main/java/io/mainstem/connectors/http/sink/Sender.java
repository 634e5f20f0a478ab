package io.mainstem.connectors.http.sink;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Config;
import io.mainstem.api.Message;
import io.mainstem.api.RecordException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.HttpReply;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.WaitException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Sends one request and understands the answer: which records were taken, which are bad. One thread at a time for each session. */
final class Sender {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOO_LARGE = 413;
    private static final int MULTI_STATUS = 207;

    private final Config config;
    private final RequestMaker maker;
    private final Optional<JsonPointer> resultsAt;
    private final JsonPointer statusAt;

    Sender(Config config, RequestMaker maker) {
        this.config = config;
        this.maker = maker;
        this.resultsAt = config.find(SinkOptions.RESULTS_AT).map(JsonPointer::compile);
        this.statusAt = JsonPointer.compile(config.get(SinkOptions.RESULT_STATUS_AT));
    }

    /**
     * Sends a request, and parts of it where the whole is refused.
     *
     * @param refusals takes the records that are bad
     */
    void send(Outgoing outgoing, HttpSession session, List<Refusal> refusals)
            throws WaitException, InterruptedException {
        if (!sendWhole(outgoing, session, refusals)) {
            halves(outgoing, session, refusals);
        }
    }

    /** Returns false when the whole is refused because of one of its records, or because it is too large. */
    private boolean sendWhole(Outgoing outgoing, HttpSession session, List<Refusal> refusals)
            throws WaitException, InterruptedException {
        try (HttpReply reply = session.send(outgoing.request())) {
            if (reply.isSuccess()) {
                understand(outgoing, reply, refusals);
                return true;
            }
            if (outgoing.messages().size() > 1 && isAboutRecords(reply)) {
                return false;
            }
            String said = reply + ": " + reply.excerpt();
            if (!isAboutRecords(reply)) {
                throw new StopException("http.status", said, advice(reply.status()));
            }
            refusals.add(new Refusal(
                    outgoing.messages().get(0), new RecordException(Integer.toString(reply.status()), said)));
            return true;
        }
    }

    private boolean isAboutRecords(HttpReply reply) {
        return reply.status() == TOO_LARGE || config.get(SinkOptions.BAD_STATUS).contains((long) reply.status());
    }

    private static String advice(int status) {
        return switch (status) {
            case 401 -> "Check 'auth' and its credentials.";
            case 403 -> "Check what these credentials may do at that server.";
            case 404, 405 -> "Check 'url' and 'method'.";
            default ->
                "Correct the request, or name the status in 'bad-record-status' if it is the record that is bad.";
        };
    }

    private void halves(Outgoing outgoing, HttpSession session, List<Refusal> refusals)
            throws WaitException, InterruptedException {
        int half = outgoing.messages().size() / 2;
        List<Message> all = outgoing.messages();
        for (List<Message> part : List.of(all.subList(0, half), all.subList(half, all.size()))) {
            try {
                List<String> records = part.stream()
                        .map(message -> RecordJson.of(message.value()))
                        .toList();
                send(maker.many(part, records), session, refusals);
            } catch (RecordException e) {
                part.forEach(message -> refusals.add(new Refusal(message, e)));
            }
        }
    }

    /** An answer may say for each record what became of it. */
    private void understand(Outgoing outgoing, HttpReply reply, List<Refusal> refusals) {
        if (resultsAt.isEmpty() && reply.status() != MULTI_STATUS) {
            return;
        }
        JsonNode results = results(reply);
        if (results.size() != outgoing.messages().size()) {
            throw new StopException(
                    "http.results",
                    reply + ": " + results.size() + " results for "
                            + outgoing.messages().size() + " records",
                    "Set 'results-at' to the array that has a result for each record of the body.");
        }
        for (int i = 0; i < results.size(); i++) {
            JsonNode result = results.get(i);
            JsonNode status = result.at(statusAt);
            String value = status.isMissingNode() || status.isNull() ? "" : status.asText();
            if (!config.get(SinkOptions.RESULT_GOOD).contains(value)) {
                refusals.add(new Refusal(
                        outgoing.messages().get(i),
                        new RecordException(value, "the server refused it: " + excerpt(result))));
            }
        }
    }

    private JsonNode results(HttpReply reply) {
        try {
            JsonNode answer = JSON.readTree(reply.body());
            JsonNode results = answer.at(resultsAt.orElseGet(JsonPointer::empty));
            return results.isArray() ? results : JSON.createArrayNode().add(results);
        } catch (IOException e) {
            throw new StopException(
                    "http.results",
                    reply + " with results that are not JSON: " + e.getMessage(),
                    "Set 'results-at' only for a server that answers with results.",
                    e);
        }
    }

    private static String excerpt(JsonNode result) {
        String text = result.toString();
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }

    /** A list that several threads may add to. */
    static List<Refusal> refusals() {
        return Collections.synchronizedList(new ArrayList<>());
    }
}
