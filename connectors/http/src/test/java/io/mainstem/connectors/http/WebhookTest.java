package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Ack;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.Plannable;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.connectors.http.webhook.WebhookSourceFactory;
import io.mainstem.testkit.RecordingContext;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the receiving source answers, and when. */
final class WebhookTest {

    private static final long NOW = Read.NOW.getEpochSecond();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Collected out = new Collected();
    private int port;
    private Receiving receiving;

    /** A source with its reader. */
    private static final class Receiving implements AutoCloseable {
        private final RecordingContext context = new RecordingContext(Path.of("."), Read.NOW);
        private final Source source;
        private final SplitReader reader;

        Receiving(Map<String, ?> options, Position stored) throws Exception {
            WebhookSourceFactory factory = new WebhookSourceFactory();
            source = factory.create(Config.parse(factory.config(), options), context);
            var discovery = source.discover(null);
            Split split = discovery.splits().get(0);
            StreamSchema stream = discovery.streams().get(0);
            reader = source.open(split, Map.of(split.id(), stored), new ReaderContext() {
                @Override
                public StreamSchema stream() {
                    return stream;
                }

                @Override
                public boolean isBounded() {
                    return false;
                }
            });
        }

        @Override
        public void close() throws IOException {
            reader.close();
            source.close();
        }
    }

    @Test
    void itsPlanSaysWhereItWillListenAndDoesNotListen() throws Exception {
        WebhookSourceFactory factory = new WebhookSourceFactory();
        Config config = Config.parse(
                factory.config(), Map.of("port", Integer.toString(port), "path", "/orders", "host", "127.0.0.1"));
        assertThat(factory.capabilities(config).has(Capability.RECEIVES)).isTrue();
        try (ServerSocket taken = new ServerSocket(port);
                Source source = factory.create(config, new RecordingContext(Path.of("."), Read.NOW))) {
            var stream = source.discover(null).streams().get(0);
            assertThat(((Plannable) source).plan(stream).target())
                    .contains("requests to http://127.0.0.1:" + taken.getLocalPort() + "/orders");
        }
    }

    @BeforeEach
    void findPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void close() throws IOException {
        if (receiving != null) {
            receiving.close();
        }
    }

    private void listen(Object... pairs) throws Exception {
        listenFrom(Position.of(Map.of()), pairs);
    }

    private void listenFrom(Position stored, Object... pairs) throws Exception {
        Map<String, Object> options = Read.options(pairs);
        options.put("port", Integer.toString(port));
        options.put("path", "/hook");
        receiving = new Receiving(options, stored);
    }

    private CompletableFuture<HttpResponse<String>> send(String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hook"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void pollUntil(int published) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (out.published.size() < published && System.nanoTime() < deadline) {
            receiving.reader.poll(out, Duration.ofMillis(50));
        }
        assertThat(out.published).hasSize(published);
    }

    private void acknowledge() {
        List.copyOf(out.acks).forEach(Ack::durable);
        out.acks.clear();
    }

    /** The status of a request that is taken. */
    private int taken(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        pollUntil(out.published.size() + 1);
        acknowledge();
        return answer.get().statusCode();
    }

    private static String hmac(String secret, String signed) throws Exception {
        return HexFormat.of().formatHex(mac(secret, signed));
    }

    private static byte[] mac(String secret, String signed) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void itSaysWhereItListensOnceItDoes() throws Exception {
        listen();
        assertThat(receiving.context.addresses()).containsExactly("http://127.0.0.1:" + port + "/hook");
    }

    @Test
    void anAnswerComesOnlyWhenTheLogHasIt() throws Exception {
        listen("headers", List.of("X-Kind"));
        CompletableFuture<HttpResponse<String>> answer = send("{\"a\": 1}", "X-Kind", "made");
        pollUntil(1);
        assertThat(answer).isNotDone();
        acknowledge();
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(out.values("body")).containsExactly("{\"a\": 1}");
        assertThat(out.values("method")).containsExactly("POST");
        assertThat(out.values("sender")).containsExactly("127.0.0.1");
        assertThat(((Map<?, ?>) out.values("headers").get(0)).values()).hasToString("[made]");
    }

    @Test
    void whatDoesNotBecomeDurableIsNotAcknowledged() throws Exception {
        listen();
        CompletableFuture<HttpResponse<String>> answer = send("{}");
        pollUntil(1);
        out.acks.get(0).failed(new IOException("the disk is full"));
        assertThat(answer.get().statusCode()).isEqualTo(503);
        assertThat(answer.get().headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    void aFullQueueSaysToComeAgain() throws Exception {
        listen("queue", "2", "answer-within", "1s");
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(send("{\"n\": " + i + "}"));
        }
        CompletableFuture<Object> first = CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new));
        assertThat(((HttpResponse<?>) first.get()).statusCode()).isEqualTo(503);
        pollUntil(2);
        acknowledge();
        long good = 0;
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            good += answer.get().statusCode() == 200 ? 1 : 0;
        }
        assertThat(good).isEqualTo(2);
    }

    @Test
    void githubSigns() throws Exception {
        listen("signature", "github", "secrets", List.of("old-secret-1", "new-secret-2"));
        String good = "sha256=" + hmac("new-secret-2", "{}");
        assertThat(send("{}", "X-Hub-Signature-256", good.replace('a', 'b').replace('1', '2'))
                        .get()
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("{}").get().statusCode()).isEqualTo(401);
        assertThat(taken(send("{}", "X-Hub-Signature-256", good, "X-GitHub-Delivery", "d-1")))
                .isEqualTo(200);
        assertThat(out.values("id")).containsExactly("d-1");
    }

    @Test
    void stripeSignsTheTimeToo() throws Exception {
        listen("signature", "stripe", "secrets", "whsec_secret");
        String body = "{\"id\": \"evt_1\"}";
        String fresh = "t=" + NOW + ",v1=00,v1=" + hmac("whsec_secret", NOW + "." + body);
        long before = NOW - 3600;
        String old = "t=" + before + ",v1=" + hmac("whsec_secret", before + "." + body);
        assertThat(send(body, "Stripe-Signature", old).get().body())
                .contains("Stripe-Signature is 3600 s old", "'replay-window' is 300 s");
        long after = NOW + 3600;
        String early = "t=" + after + ",v1=" + hmac("whsec_secret", after + "." + body);
        assertThat(send(body, "Stripe-Signature", early).get().body()).contains("3600 s in the future");
        assertThat(send(body, "Stripe-Signature", "v1=00").get().body())
                .contains("no time, in seconds since 1970, in the header Stripe-Signature");
        assertThat(taken(send(body, "Stripe-Signature", fresh))).isEqualTo(200);
        assertThat(out.values("id")).containsExactly("evt_1");
    }

    @Test
    void slackIsAnsweredItsChallenge() throws Exception {
        listen("signature", "slack", "secrets", "slack-secret");
        String body = "{\"type\": \"url_verification\", \"challenge\": \"abc\"}";
        HttpResponse<String> answer = send(
                        body,
                        "X-Slack-Request-Timestamp",
                        "" + NOW,
                        "X-Slack-Signature",
                        "v0=" + hmac("slack-secret", "v0:" + NOW + ":" + body))
                .get();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("abc");
    }

    @Test
    void aFormOfSlackIsTakenWithItsFields() throws Exception {
        listen("signature", "slack", "secrets", "slack-secret");
        String body = "payload=%7B%22type%22%3A%22block_actions%22%7D&text=a+b%26c&empty=";
        assertThat(taken(send(
                        body,
                        "Content-Type",
                        "application/x-www-form-urlencoded; charset=utf-8",
                        "X-Slack-Request-Timestamp",
                        "" + NOW,
                        "X-Slack-Signature",
                        "v0=" + hmac("slack-secret", "v0:" + NOW + ":" + body))))
                .isEqualTo(200);
        assertThat(out.values("body")).containsExactly(body);
        assertThat(out.values("form"))
                .containsExactly(Map.of("payload", "{\"type\":\"block_actions\"}", "text", "a b&c", "empty", ""));
    }

    @Test
    void theNameOfADeliveryIsLookedForInAFormAndNothingNeedsOne() throws Exception {
        listen("id-at", "/id");
        String[] form = {"Content-Type", "application/x-www-form-urlencoded"};
        assertThat(taken(send("id=seven&n=1", form))).isEqualTo(200);
        assertThat(taken(send("n=1", form))).isEqualTo(200);
        assertThat(taken(send("plain text"))).isEqualTo(200);
        assertThat(out.values("id")).containsExactly("seven", "", "");
        assertThat(out.values("form").get(2)).isEqualTo(Map.of());
        assertThat(send("id=%zz", form).get().body()).contains("not a form");
    }

    @Test
    void shopifyAndOthersSign() throws Exception {
        listen("signature", "shopify", "secrets", "shop-secret");
        assertThat(taken(send(
                        "{}", "X-Shopify-Hmac-Sha256", Base64.getEncoder().encodeToString(mac("shop-secret", "{}")))))
                .isEqualTo(200);
        receiving.close();
        findPort();
        listen(
                "signature",
                "hmac",
                "secrets",
                "own-secret",
                "hmac-header",
                "X-Sig",
                "hmac-prefix",
                "v=",
                "hmac-time-header",
                "X-Time");
        assertThat(taken(send("{}", "X-Time", "" + NOW, "X-Sig", "v=" + hmac("own-secret", NOW + ".{}"))))
                .isEqualTo(200);
    }

    @Test
    void anIdThatIsSignedCannotBeChanged() throws Exception {
        listen(
                "signature",
                "hmac",
                "secrets",
                "own-secret",
                "hmac-header",
                "X-Sig",
                "hmac-time-header",
                "X-Time",
                "id-header",
                "X-Id",
                "hmac-content",
                "{id}.{time}.{body}");
        String signature = hmac("own-secret", "a." + NOW + ".{}");
        assertThat(taken(send("{}", "X-Time", "" + NOW, "X-Sig", signature, "X-Id", "a")))
                .isEqualTo(200);
        assertThat(send("{}", "X-Time", "" + NOW, "X-Sig", signature, "X-Id", "b")
                        .get()
                        .statusCode())
                .isEqualTo(401);
        assertThat(out.published).hasSize(1);
    }

    @Test
    void aListenerSpeaksTls(@TempDir Path folder) throws Exception {
        HeldCertificate held = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        Files.writeString(folder.resolve("server.pem"), held.certificatePem());
        Files.writeString(folder.resolve("key.pem"), held.privateKeyPkcs8Pem());
        listen(
                "tls-certificate", folder.resolve("server.pem").toString(),
                "tls-key", folder.resolve("key.pem").toString());
        HttpClient trusting = HttpClient.newBuilder()
                .sslContext(new HandshakeCertificates.Builder()
                        .addTrustedCertificate(held.certificate())
                        .build()
                        .sslContext())
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/hook"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(taken(trusting.sendAsync(request, HttpResponse.BodyHandlers.ofString())))
                .isEqualTo(200);
        assertThat(send("{}")).as("no plain HTTP").failsWithin(Duration.ofSeconds(10));
        assertThat(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .as("nobody knows this certificate")
                .failsWithin(Duration.ofSeconds(10));
        assertThat(out.published).hasSize(1);
    }

    @Test
    void aDeliveryThatComesAgainIsPublishedOnceAlsoAfterARestart() throws Exception {
        listen("id-header", "X-Id");
        assertThat(taken(send("{\"n\": 1}", "X-Id", "one"))).isEqualTo(200);
        receiving.close();
        findPort();
        listenFrom(out.last, "id-header", "X-Id");
        CompletableFuture<HttpResponse<String>> again = send("{\"n\": 1}", "X-Id", "one");
        CompletableFuture<HttpResponse<String>> other = send("{\"n\": 2}", "X-Id", "two");
        while (!again.isDone() || !other.isDone()) {
            receiving.reader.poll(out, Duration.ofMillis(20));
            acknowledge();
        }
        assertThat(again.get().statusCode()).isEqualTo(200);
        assertThat(out.values("body")).containsExactly("{\"n\": 1}", "{\"n\": 2}");
    }

    @Test
    void manyRecordsOfOneBodyGoTogether() throws Exception {
        listen("body", "array");
        CompletableFuture<HttpResponse<String>> answer = send("[{\"n\":1},{\"n\":2}]");
        pollUntil(2);
        acknowledge();
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(out.acks).isEmpty();
        assertThat(send("[{\"n\":1}").get().statusCode()).isEqualTo(400);
        receiving.close();
        findPort();
        listen("body", "lines");
        CompletableFuture<HttpResponse<String>> waiting = send("{\"n\":3}\n{\"n\":4}\n");
        pollUntil(4);
        acknowledge();
        assertThat(waiting.get().statusCode()).isEqualTo(200);
        assertThat(out.values("body")).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}");
    }

    @Test
    void elementsOfAnArrayAreKeptAsTheyWereSent() throws Exception {
        listen("body", "array");
        CompletableFuture<HttpResponse<String>> answer =
                send(" [1.10 , 12345678901234567890.123456789, {\"a\": 1e400, \"b\":[ 2 ]},\"x\\u00e9]\"\n,null] ");
        pollUntil(5);
        acknowledge();
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(send("[1] [2]").get().statusCode()).isEqualTo(400);
        for (String none : List.of("{\"a\":1}", "7", "")) {
            HttpResponse<String> refused = send(none).get();
            assertThat(refused.statusCode()).as(none).isEqualTo(400);
            assertThat(refused.body()).contains("no array");
        }
        assertThat(out.values("body"))
                .containsExactly(
                        "1.10",
                        "12345678901234567890.123456789",
                        "{\"a\": 1e400, \"b\":[ 2 ]}",
                        "\"x\\u00e9]\"",
                        "null");
    }

    @Test
    void limitsAreHeld() throws Exception {
        listen("max-body", "10", "quota", "3");
        assertThat(send("x".repeat(50)).get().statusCode()).isEqualTo(413);
        HttpRequest get = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hook"))
                .build();
        assertThat(client.send(get, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
        HttpRequest elsewhere = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hook/deeper"))
                .build();
        assertThat(client.send(elsewhere, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(404);
        assertThat(send("x".repeat(50)).get().statusCode()).isEqualTo(413);
        assertThat(send("x".repeat(50)).get().statusCode()).isEqualTo(413);
        HttpResponse<String> tooMany = send("{}").get();
        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    void theTimeOfReceiptIsKept() throws Exception {
        listen();
        assertThat(taken(send("{}"))).isEqualTo(200);
        assertThat(out.values("received_at")).containsExactly(Instant.ofEpochSecond(NOW));
    }
}
