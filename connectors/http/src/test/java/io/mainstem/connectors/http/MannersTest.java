package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Poll;
import io.mainstem.api.RetryException;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What the source does when a server is slow, broken, or asks for patience. */
final class MannersTest extends HttpSourceCase {

    @Test
    void whatMayHelpIsTriedAgain() throws Exception {
        for (int status : new int[] {408, 425, 429, 500, 503}) {
            AtomicInteger count = new AtomicInteger();
            server.on(
                    "/s" + status,
                    asked -> count.incrementAndGet() < 3 ? Answer.status(status) : Answer.json("[{\"id\": 1}]"));
            assertThat(Read.all("id", options("url", server.url("/s" + status))))
                    .containsExactly(1L);
            assertThat(count).hasValue(3);
        }
    }

    @Test
    void nothingIsRepeatedButByTheRetriesThatAreSet() {
        for (int status : new int[] {408, 503}) {
            server.on("/s" + status, asked -> Answer.status(status).with("Retry-After", "0"));
            assertThatThrownBy(() -> Read.all("id", options("url", server.url("/s" + status), "retries", "0")))
                    .isInstanceOf(RetryException.class);
            assertThat(server.asked("/s" + status)).hasSize(1);
        }
    }

    @Test
    void whatCannotHelpIsNot() {
        for (int status : new int[] {400, 401, 403, 404, 410, 501}) {
            server.on("/f" + status, asked -> Answer.of(status, "text/plain", "because of the moon"));
            assertThatThrownBy(() -> Read.all("id", options("url", server.url("/f" + status))))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining(status + ": because of the moon");
            assertThat(server.asked("/f" + status)).hasSize(1);
        }
    }

    @Test
    void whatIsGoneMayBeEmpty() throws Exception {
        server.on("/items", asked -> Answer.status(404));
        assertThat(Read.all("id", options("on-missing", "skip"))).isEmpty();
    }

    @Test
    void attemptsEnd() {
        server.on("/items", asked -> Answer.status(500));
        assertThatThrownBy(() -> Read.all("id", options("retries", "2")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("answered 500 (3 attempts)");
        assertThat(server.asked()).hasSize(3);
    }

    @Test
    void aWaitInSecondsIsKeptByAllOfTheConnection() throws Exception {
        server.on("/items", asked -> Answer.status(429).with("Retry-After", "30"));
        try (Read read = new Read(options())) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(30));
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void aWaitUntilAMomentIsKeptByTheServersClock() throws Exception {
        server.on(
                "/items",
                asked -> Answer.status(503)
                        .with(
                                "Retry-After",
                                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(90))));
        try (Read read = new Read(options())) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(87), Duration.ofSeconds(91));
        }
    }

    @Test
    void noServerMayAskForMoreThanTheLimit() throws Exception {
        server.on("/items", asked -> Answer.status(503).with("Retry-After", "999999"));
        try (Read read = new Read(options("wait-max", "1m"))) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(59), Duration.ofMinutes(1));
        }
    }

    @Test
    void aWaitOfAnyLengthIsOneUpToTheLimitAndThatIsSaid() throws Exception {
        for (String wait : List.of("999999999999999999", "9".repeat(80), "1e3")) {
            server.on("/w" + wait.length(), asked -> Answer.status(503).with("Retry-After", wait));
            try (Read read =
                    new Read(options("url", server.url("/w" + wait.length()), "wait-max", "1m", "retries", "0"))) {
                if (wait.equals("1e3")) {
                    assertThatThrownBy(() -> poll(read)).isInstanceOf(RetryException.class);
                    continue;
                }
                assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(59), Duration.ofMinutes(1));
                assertThat(read.context.log().toString())
                        .contains("no request for more than a year; it is asked again after 60 s (wait-max)");
            }
        }
    }

    @Test
    void aResetInMillisecondsSince1970IsAMomentToo() throws Exception {
        server.on(
                "/items",
                asked -> Answer.status(429)
                        .with("X-RateLimit-Remaining", "0")
                        .with(
                                "X-RateLimit-Reset",
                                "" + Instant.now().plusSeconds(40).toEpochMilli()));
        try (Read read = new Read(options("retries", "0"))) {
            assertThatThrownBy(() -> poll(read)).isInstanceOf(RetryException.class);
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(41));
        }
    }

    @Test
    void aUsedUpLimitIsWaitedFor() throws Exception {
        for (Map<String, String> headers : List.of(
                Map.of("RateLimit-Remaining", "0", "RateLimit-Reset", "40"),
                Map.of("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "40"),
                Map.of("RateLimit", "\"default\";r=0;t=40"))) {
            Answer[] answer = {Answer.json("[{\"id\": 1}]")};
            headers.forEach((name, value) -> answer[0] = answer[0].with(name, value));
            try (ApiServer limited = new ApiServer().on("/items", asked -> answer[0]);
                    Read read = new Read(options("url", limited.url("/items")))) {
                assertThat(poll(read).next()).isEqualTo(Poll.Next.END);
                assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(35), Duration.ofSeconds(40));
                assertThat(limited.asked()).hasSize(1);
            }
        }
    }

    @Test
    void theRateHolds() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": " + asked.number("page", 1) + "}]"));
        try (Read read = new Read(options("rate", "3/1h", "paginate", "page", "page-parameter", "page"))) {
            Split split = read.harness.discover().splits().get(0);
            try (SplitReader reader = read.harness.open(split, true)) {
                Poll poll = Poll.more();
                while (poll.next() == Poll.Next.MORE) {
                    poll = reader.poll(out, Duration.ZERO);
                }
                assertThat(poll.pause()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
            }
            assertThat(server.asked()).hasSize(3);
            assertThat(out.values("id")).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('[');
            exchange.getResponseBody().flush();
            try {
                new CountDownLatch(1).await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> Read.all("id", options("read-timeout", "200ms")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("nothing came for as long as 'read-timeout' allows");
    }

    @Test
    void aServerThatDripsIsGivenUpWhenTheWholeTakesTooLong() {
        server.raw("/items", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write('[');
            while (true) {
                out.write(' ');
                out.flush();
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        });
        assertThatThrownBy(() -> Read.all("id", options("call-timeout", "300ms")))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("the whole answer did not come within 'call-timeout'");
    }

    @Test
    void aLimitThatIsUsedUpIsWaitedForAlsoWhereItIsSaidWith403() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.on(
                "/items",
                asked -> count.incrementAndGet() == 1
                        ? Answer.status(403)
                                .with("X-RateLimit-Remaining", "0")
                                .with(
                                        "X-RateLimit-Reset",
                                        "" + Instant.now().plusSeconds(40).getEpochSecond())
                        : Answer.of(403, "text/plain", "not yours"));
        try (Read read = new Read(options())) {
            assertThat(poll(read).pause()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(41));
        }
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("not yours");
    }

    @Test
    void sourcesWithTheSameConnectionShareItsRate() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}]"));
        RecordingContext context = new RecordingContext(Path.of("."), Read.NOW);
        for (String url : List.of("/items?a", "/items?b")) {
            try (SourceHarness harness = new SourceHarness(
                    new HttpSourceFactory(),
                    options("url", server.url(url), "rate", "1/h"),
                    context,
                    new RecordingLog())) {
                Split split = harness.discover().splits().get(0);
                Poll poll = harness.open(split, true).poll(out, Duration.ZERO);
                assertThat(poll.next()).isEqualTo(url.endsWith("a") ? Poll.Next.END : Poll.Next.IDLE);
            }
        }
        assertThat(server.asked()).hasSize(1);
    }

    /** The waits are short ones, which are waited for within a poll, by clients that share the connection. */
    @Test
    void noTimeOfTheRatesLengthHasMoreRequestsThanItSays() throws Exception {
        Queue<Long> arrivals = new ConcurrentLinkedQueue<>();
        server.on("/items", asked -> {
            arrivals.add(System.nanoTime());
            return Answer.json(asked.number("page", 1) < 15 ? "[{\"id\": " + asked.number("page", 1) + "}]" : "[]");
        });
        Map<String, Object> options = options("rate", "3/1s", "paginate", "page", "page-parameter", "page");
        List<Object> ids = Read.all("id", options);
        assertThat(ids).hasSize(14).doesNotHaveDuplicates();
        List<Long> times = arrivals.stream().sorted().toList();
        assertThat(times).hasSize(15);
        for (int i = 3; i < times.size(); i++) {
            assertThat(Duration.ofNanos(times.get(i) - times.get(i - 3)))
                    .as("from request %s on", i - 3)
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void aWaitSaysWhatItIsForAndWhetherTheServerHasRefused() throws Exception {
        server.on("/refuses", asked -> Answer.status(429).with("Retry-After", "30"));
        server.on("/items", asked -> Answer.json("[{\"id\": 1}]"));
        try (Read read = new Read(options("url", server.url("/refuses") + "?key=secret"))) {
            Poll poll = poll(read);
            assertThat(poll.isRefused()).isTrue();
            assertThat(poll.why())
                    .contains("GET " + server.url("/refuses") + "?... answered 429, and asks for no request for 30 s");
        }
        try (Read read = new Read(options("rate", "1/h", "paginate", "page", "page-parameter", "page"))) {
            Split split = read.harness.discover().splits().get(0);
            try (SplitReader reader = read.harness.open(split, true)) {
                reader.poll(out, Duration.ZERO);
                Poll poll = reader.poll(out, Duration.ZERO);
                assertThat(poll.isRefused()).isFalse();
                assertThat(poll.why()).contains("the rate of 1/3600s is used up");
            }
        }
    }
}
