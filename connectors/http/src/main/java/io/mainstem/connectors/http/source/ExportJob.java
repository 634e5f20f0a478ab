package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.HttpReply;
import io.mainstem.connectors.http.client.HttpRequest;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.WaitException;
import java.io.IOException;
import java.util.Optional;

/**
 * An export that is ordered, then waited for: its name is part of the position, so that a restart waits for the same one. One that
 * failed is ordered again, a few times. One thread.
 */
final class ExportJob {

    private static final int FAILURES_MAX = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StreamSettings settings;
    private final PageRequests requests;
    private final HttpSession session;
    private int failures;

    ExportJob(StreamSettings settings, PageRequests requests, HttpSession session) {
        this.settings = settings;
        this.requests = requests;
        this.session = session;
    }

    /** Whether the stream is such an export, and it is not ready. */
    boolean isAwaited(Progress progress) {
        return settings.find(SourceOptions.JOB_URL).isPresent() && progress.result.isEmpty();
    }

    /** Orders it, or asks for its state. Returns whether the progress has changed. */
    boolean step(Progress progress) throws WaitException, InterruptedException {
        if (progress.job.isEmpty()) {
            JsonNode answer = answer(requests.job(progress));
            progress.job = Optional.of(text(answer, settings.get(SourceOptions.JOB_AT), "the name of the export"));
            return true;
        }
        JsonNode answer = answer(requests.jobStatus(progress));
        String state = text(answer, settings.get(SourceOptions.JOB_STATUS_AT), "the state of the export");
        if (settings.get(SourceOptions.JOB_FAILED).contains(state)) {
            if (++failures >= FAILURES_MAX) {
                throw new StopException(
                        "http.job-failed",
                        failures + " exports in a row ended with a state like '" + state + "', the last was '"
                                + progress.job.orElse("") + "'",
                        "Find out at the server why it fails.");
            }
            progress.job = Optional.empty();
            return true;
        }
        if (!settings.get(SourceOptions.JOB_DONE).contains(state)) {
            return false;
        }
        progress.result = Optional.of(settings.find(SourceOptions.JOB_RESULT_AT)
                .map(pointer -> text(answer, pointer, "the address of the result"))
                .orElseGet(() -> progress.job.orElse("")));
        return true;
    }

    private JsonNode answer(HttpRequest request) throws WaitException, InterruptedException {
        try (HttpReply reply = session.send(request)) {
            PageSource.check(reply);
            return JSON.readTree(reply.body());
        } catch (JsonProcessingException e) {
            throw new StopException(
                    "http.job", request + " answered with something that is not JSON", "Check the URL.", e);
        } catch (IOException e) {
            throw new RetryException(request + ": " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode answer, String pointer, String what) {
        JsonNode value = answer.at(JsonPointer.compile(pointer));
        if (!value.isValueNode() || value.isNull()) {
            throw new StopException(
                    "http.job",
                    what + " does not stand at '" + pointer + "' of the answer",
                    "Set the option that says where it stands.");
        }
        return value.asText();
    }
}
