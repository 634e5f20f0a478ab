package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.StopException;
import io.mainstem.api.Type;
import io.mainstem.connectors.http.ApiServer.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sink makes of the answers. */
final class HttpSinkAnswersTest extends HttpSinkCase {

    @Test
    void whatIsTooLargeIsSplit() throws Exception {
        server.on("/in", asked -> JSON.readTree(asked.body()).size() > 3 ? Answer.status(413) : Answer.status(200));
        try (Sink sink = sink("body-format", "json-array", "batch-records", "10")) {
            sink.write(batch(0, 20));
        }
        assertThat(taken())
                .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
        assertThat(asking.dead).isEmpty();
    }

    @Test
    void aBadRecordOfManyIsFoundByHalves() throws Exception {
        server.on("/in", asked -> asked.body().contains("\"n5\"") ? Answer.status(400) : Answer.status(200));
        try (Sink sink = sink("body-format", "json-array")) {
            sink.write(batch(0, 16));
        }
        assertThat(asking.dead).containsExactly(5L);
    }

    @Test
    void onlyTheRefusedOfManyGoToTheDeadLetters() throws Exception {
        server.on(
                "/in",
                asked -> Answer.of(207, "application/json", "{\"items\": [{\"status\": 200}, {\"status\": 409}, {}]}"));
        try (Sink sink = sink("body-format", "json-array", "results-at", "/items")) {
            sink.write(batch(10, 13));
        }
        assertThat(asking.dead).containsExactly(11L);
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void ofManyOnlyThoseThatTheServerAsksForAgainAreSentAgain() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on("/in", asked -> {
            String results = count.incrementAndGet() == 1
                    ? "[{\"status\": 200}, {\"status\": 503}, {\"status\": 422}, {\"status\": 429}]"
                    : count.get() == 2 ? "[{\"status\": 201}, {\"status\": 408}]" : "[{\"status\": 200}]";
            return Answer.of(207, "application/json", results);
        });
        try (Sink sink = sink("body-format", "json-array")) {
            sink.write(batch(10, 14));
        }
        assertThat(ids(0)).containsExactly(10L, 11L, 12L, 13L);
        assertThat(ids(1)).containsExactly(11L, 13L);
        assertThat(ids(2)).containsExactly(13L);
        assertThat(server.asked()).hasSize(3);
        assertThat(asking.dead).containsExactly(12L);
        assertThat(asking.asked).isEmpty();
    }

    @Test
    void whatFollowsOfTheSameKeyIsSentAgainBehindIt() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on(
                "/in",
                asked -> Answer.of(
                        207,
                        "application/json",
                        count.incrementAndGet() == 1
                                ? "[{\"status\": 503}, {\"status\": 200}, {\"status\": 200}]"
                                : "[{\"status\": 200}, {\"status\": 200}]"));
        Row key = Row.of(Schema.of("key", Field.required("id", Type.INT64)), 1L);
        Message first =
                Message.of(Operation.CREATE, key, Row.of(SCHEMA, 1L, "old")).withOrigin(PARTITION, 5, 0);
        Message second =
                Message.of(Operation.UPDATE, key, Row.of(SCHEMA, 1L, "new")).withOrigin(PARTITION, 7, 0);
        try (Sink sink = sink("body-format", "json-array")) {
            sink.write(SinkBatch.of(PARTITION, List.of(first, message(6, Operation.CREATE, "other"), second), 5, 8, 0));
        }
        assertThat(server.asked()).hasSize(2);
        assertThat(server.asked().get(1).body()).contains("old", "new").doesNotContain("other");
        assertThat(asking.dead).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void aWriteThatARedirectWouldMakeAReadOfStopsTheSink(int status) throws Exception {
        server.on("/in", asked -> new Answer(status, Map.of("Location", server.url("/other")), new byte[0]));
        server.on("/other", asked -> Answer.status(200));
        try (Sink sink = sink()) {
            assertThatThrownBy(() -> {
                        sink.write(batch(10, 11));
                        sink.flush();
                    })
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("nothing would be written");
        }
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void aRecordThatIsNeverTakenPausesThePartition() throws Exception {
        server.on("/in", asked -> Answer.of(207, "application/json", "[{\"status\": 500}]"));
        try (Sink sink = sink("body-format", "json-array", "retries", 1L)) {
            sink.write(batch(10, 11));
        }
        assertThat(server.asked()).hasSize(2);
        assertThat(asking.dead).isEmpty();
        assertThat(asking.asked).containsExactly("rewind 10", "pause");
    }

    @Test
    void answersAreKeptInATopicWithWhatTheyAnswer() throws Exception {
        server.on(
                "/in",
                asked -> asked.body().contains("n11")
                        ? Answer.of(422, "text/plain", "no such customer")
                        : Answer.of(201, "application/json", "{\"made\": " + asked.body() + "}")
                                .with("Set-Cookie", "sid=1"));
        try (Sink sink = sink("responses", "orders.responses", "concurrency", "1")) {
            sink.write(batch(10, 12));
        }
        assertThat(asking.dead).containsExactly(11L);
        assertThat(asking.published).hasSize(2);
        assertThat(asking.published.get(0))
                .startsWith("orders.responses ")
                .contains("orders", "10", "POST", "/in", "201", "{\"made\": {\"id\":10")
                .doesNotContain("sid=");
        assertThat(asking.published.get(1)).contains("11", "422", "no such customer");
    }

    @Test
    void theAnswerToManyNamesTheFirstAndTheLastAndIsKeptWhateverIsMadeOfIt() throws Exception {
        server.on("/in", asked -> Answer.of(207, "application/json", "[{\"status\": 200}, {\"status\": 422}]"));
        try (Sink sink = sink("responses", "r", "body-format", "json-array")) {
            sink.write(batch(10, 12));
        }
        assertThat(asking.published).hasSize(1);
        assertThat(asking.published.get(0)).contains("10", "11", "207", "\"status\": 422");
        assertThatThrownBy(() -> sink("responses", "__internal")).hasMessageContaining("must be the name of a topic");
    }

    @Test
    void keptAnswersHaveNoCredentialsThatTheServerRepeats() throws Exception {
        server.on(
                "/in",
                asked -> Answer.json("{\"you\": \"" + asked.header("Authorization")
                                + "\", \"url\": \"to%2Fken%22-4711\", " + "\"json\": \"to/ken\\\"-4711\"}")
                        .with("X-You", asked.header("Authorization")));
        try (Sink sink = sink("responses", "r", "auth", "bearer", "token", "to/ken\"-4711")) {
            sink.write(batch(10, 11));
        }
        assertThat(asking.published).singleElement().asString().contains("***").doesNotContain("4711");
        asking.published.clear();
        try (Sink sink = sink("responses", "r", "auth", "basic", "user", "u", "password", "pass-4711")) {
            sink.write(batch(10, 11));
        }
        assertThat(asking.published)
                .singleElement()
                .asString()
                .contains("Basic ***")
                .doesNotContain(server.asked().get(1).header("Authorization").substring(6));
    }

    @Test
    void resultsThatBreakOffAreAskedForAgain() throws Exception {
        server.raw("/in", exchange -> ApiServer.cutShort(exchange, "application/json", "[{\"sta", 100));
        try (Sink sink = sink("body-format", "json-array", "results-at", "", "retries", "0")) {
            sink.write(batch(10, 11));
        }
        assertThat(asking.asked).containsExactly("rewind 10", "pause");
        assertThat(asking.dead).isEmpty();
    }

    @Test
    void resultsMaySayWhatTheyMeanInTheirOwnWords() throws Exception {
        server.on("/in", asked -> Answer.json("{\"out\": [{\"r\": \"made\"}, {\"r\": \"duplicate\"}]}"));
        try (Sink sink = sink(
                "body-format",
                "json-array",
                "results-at",
                "/out",
                "result-status-at",
                "/r",
                "result-good",
                List.of("made"))) {
            sink.write(batch(10, 12));
        }
        assertThat(asking.dead).containsExactly(11L);
    }

    @Test
    void fewerRequestsAreUnderWayAfterTrouble() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger status = new AtomicInteger(200);
        server.on("/in", asked -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            underWay.decrementAndGet();
            return Answer.status(status.get());
        });
        try (Sink sink = sink("concurrency", "8", "retries", "0")) {
            sink.write(batch(0, 64));
            assertThat(most.get()).isBetween(5, 8);
            status.set(503);
            sink.write(batch(64, 128));
            assertThat(asking.asked).contains("rewind 64", "pause");
            status.set(200);
            most.set(0);
            sink.write(batch(64, 128));
            assertThat(most.get()).isBetween(1, 4);
        }
    }

    @Test
    void whenNothingGoesThroughForTooLongThePipelineDecides() throws Exception {
        server.on("/in", asked -> Answer.status(503));
        try (Sink sink = sink("retries", "0", "pause-max", "30s")) {
            sink.write(batch(0, 1));
            context.advance(Duration.ofSeconds(31));
            assertThatThrownBy(() -> sink.write(batch(0, 1)))
                    .isInstanceOf(RetryException.class)
                    .hasMessageContaining("nothing went through for 31 s");
        }
    }

    @Test
    void aServerThatIsDownPausesThePartitionAndGoesOnWhereItStood() throws Exception {
        boolean[] down = {false};
        server.on("/in", asked -> down[0] ? Answer.status(503).with("Retry-After", "60") : Answer.status(200));
        try (Sink sink = sink("concurrency", "1")) {
            sink.write(batch(0, 3));
            down[0] = true;
            sink.write(batch(3, 6));
            assertThat(asking.asked).containsExactly("rewind 3", "pause");
            sink.write(batch(6, 9));
            sink.flush();
            sink.idle();
            assertThat(asking.asked).hasSize(2);
            assertThat(server.asked()).hasSize(4);
            context.advance(Duration.ofSeconds(61));
            sink.idle();
            assertThat(asking.asked).containsExactly("rewind 3", "pause", "resume");
        }
    }

    @Test
    void whatIsNotTheRecordsFaultStops() throws Exception {
        server.on("/in", asked -> Answer.of(403, "text/plain", "not you"));
        try (Sink sink = sink()) {
            assertThatThrownBy(() -> sink.write(batch(0, 1)))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("not you");
        }
        assertThat(asking.dead).isEmpty();
    }
}
