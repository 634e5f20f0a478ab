package io.mainstem.connectors.http.sink;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Config;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.RecordException;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.HttpReply;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.JsonProblem;
import io.mainstem.connectors.http.client.WaitException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends one request and understands the answer: which records were taken, which are bad. One thread at a time for each session. */
final class Sender {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOO_LARGE = 413;
    private static final int MULTI_STATUS = 207;
    private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");

    private final Config config;
    private final RequestMaker maker;
    private final Responses responses;
    private final Optional<JsonPointer> resultsAt;
    private final JsonPointer statusAt;

    Sender(Config config, RequestMaker maker, Responses responses) {
        this.config = config;
        this.maker = maker;
        this.responses = responses;
        this.resultsAt = config.find(SinkOptions.RESULTS_AT).map(JsonPointer::compile);
        this.statusAt = JsonPointer.compile(config.get(SinkOptions.RESULT_STATUS_AT));
    }

    /**
     * Sends a request, parts of it where the whole is refused, and again what the server asks for again.
     *
     * @param refusals takes the records that are bad
     */
    void send(Outgoing outgoing, HttpSession session, List<Refusal> refusals)
            throws WaitException, InterruptedException {
        Outgoing rest = outgoing;
        for (int attempt = 1; ; attempt++) {
            Optional<List<Message>> again = sendWhole(rest, session, refusals);
            if (again.isEmpty()) {
                halves(rest, session, refusals);
                return;
            }
            if (again.get().isEmpty()) {
                return;
            }
            session.awaitAgain(
                    rest.request() + " answered that " + again.get().size() + " of "
                            + rest.messages().size() + " records are to be sent again",
                    attempt);
            rest = again(rest, again.get(), attempt + 1);
        }
    }

    private Outgoing again(Outgoing whole, List<Message> messages, int round) {
        try {
            return whole.isMany() ? maker.many(messages, round) : maker.one(messages.get(0), round);
        } catch (RecordException e) {
            throw new IllegalStateException("records that were sent before cannot be sent again", e);
        }
    }

    /** The records to send again; none at all when the whole is refused because of one of them, or because it is too large. */
    private Optional<List<Message>> sendWhole(Outgoing outgoing, HttpSession session, List<Refusal> refusals)
            throws WaitException, InterruptedException {
        try (HttpReply reply = session.send(outgoing.request())) {
            responses.begin(reply);
            if (reply.isSuccess()) {
                List<Message> again = understand(outgoing, reply, refusals);
                responses.add(outgoing, reply);
                return Optional.of(again);
            }
            if (outgoing.messages().size() > 1 && isAboutRecords(reply)) {
                return Optional.empty();
            }
            String said = reply + ": " + reply.excerpt();
            if (!isAboutRecords(reply)) {
                throw new StopException("http.status", said, advice(reply.status()));
            }
            responses.add(outgoing, reply);
            refusals.add(new Refusal(
                    outgoing.messages().get(0), new RecordException(Integer.toString(reply.status()), said)));
            return Optional.of(List.of());
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
                send(maker.many(part, 1), session, refusals);
            } catch (RecordException e) {
                part.forEach(message -> refusals.add(new Refusal(message, e)));
            }
        }
    }

    /**
     * An answer may say for each record what became of it. Returns those to send again: where the result asks for it, and those of the
     * same keys behind them, so that the last of a key stays the last.
     */
    private List<Message> understand(Outgoing outgoing, HttpReply reply, List<Refusal> refusals) {
        if (resultsAt.isEmpty() && reply.status() != MULTI_STATUS) {
            return List.of();
        }
        JsonNode results = results(reply);
        if (results.size() != outgoing.messages().size()) {
            throw new StopException(
                    "http.results",
                    reply + ": " + results.size() + " results for "
                            + outgoing.messages().size() + " records",
                    "Set 'results-at' to the array that has a result for each record of the body.");
        }
        List<Message> again = new ArrayList<>();
        Set<Datum> keys = new HashSet<>();
        for (int i = 0; i < results.size(); i++) {
            Message message = outgoing.messages().get(i);
            String value = status(results.get(i));
            boolean isGood = config.get(SinkOptions.RESULT_GOOD).contains(value);
            @Nullable Datum key = message.key();
            if (!isGood && isAgain(value) || isGood && key != null && keys.contains(key)) {
                again.add(message);
                if (key != null) {
                    keys.add(key);
                }
            } else if (!isGood) {
                refusals.add(new Refusal(
                        message, new RecordException(value, "the server refused it: " + excerpt(results.get(i)))));
            }
        }
        return again;
    }

    private String status(JsonNode result) {
        JsonNode status = result.at(statusAt);
        return status.isMissingNode() || status.isNull() ? "" : status.asText();
    }

    private static boolean isAgain(String status) {
        return STATUS.matcher(status).matches() && HttpSession.isAgain(Integer.parseInt(status));
    }

    private JsonNode results(HttpReply reply) {
        try {
            JsonNode answer = JSON.readTree(reply.body());
            JsonNode results = answer.at(resultsAt.orElseGet(JsonPointer::empty));
            return results.isArray() ? results : JSON.createArrayNode().add(results);
        } catch (JsonProcessingException e) {
            throw new StopException(
                    "http.results",
                    reply + " with results that are not JSON: " + JsonProblem.of(e),
                    "Set 'results-at' only for a server that answers with results.",
                    e);
        } catch (IOException e) {
            throw new RetryException(reply + ", and its results broke off: " + e.getMessage(), e);
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
