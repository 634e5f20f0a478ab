package io.mainstem.server.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RestServerTest {

    private static final String OWN = "0123456789abcdef0123456789abcdef";
    private static final String SET = "fedcba9876543210fedcba9876543210";
    private static final Optional<String> NO_TOKEN = Optional.empty();

    private static final String LARGE = "x".repeat(12 << 20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> touched = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(RestServer.CHANGES_MAX);
    private final CountDownLatch release = new CountDownLatch(1);
    private RestServer server;

    @AfterEach
    void close() {
        release.countDown();
        if (server != null) {
            server.close();
        }
    }

    private void open(String host, Optional<String> token) throws IOException {
        RestOptions options = new RestOptions(new RestOptions.Address(host, 0), token, Optional.empty());
        server = RestServer.open(
                RestListener.at(options),
                routes(),
                OWN,
                text -> text.replace("hunter2", "***"),
                e -> e instanceof IllegalStateException
                        ? Problem.conflict(String.valueOf(e.getMessage()), "wait")
                        : new Problem(500, "internal", e.toString(), "look"),
                Duration.ofSeconds(1));
    }

    private Routes routes() {
        return new Routes(List.of(
                Route.get("/health", "health", "Lives.", Shape.any(), call -> Answer.of(Json.object()))
                        .openToAll(),
                Route.get("/things/{thing}", "thing", "A thing.", Shape.any(), this::thing)
                        .path("thing", "Which.")
                        .query("part", "Which part."),
                Route.post("/things/{thing}/change", "change", "Changes it.", Shape.any(), call -> {
                            touched.add(call.path("thing"));
                            return Answer.of(Json.object().put("bytes", call.body().length));
                        })
                        .path("thing", "Which.")
                        .body("text/plain", Shape.text(), "Anything."),
                Route.post("/own", "own", "What the worker's user may.", Shape.any(), call -> Answer.of(Json.object()))
                        .withOwnToken(),
                Route.get("/large", "large", "Much.", Shape.any(), call -> Answer.text("text/plain", LARGE)),
                Route.post("/slow", "slow", "Takes its time.", Shape.any(), call -> {
                    begun.countDown();
                    assertThat(release.await(50, TimeUnit.SECONDS)).isTrue();
                    return Answer.of(Json.object());
                })));
    }

    private Answer thing(Call call) {
        String name = call.path("thing");
        touched.add(name);
        switch (name) {
            case "conflict" -> throw new IllegalStateException("it is used by hunter2");
            case "bug" -> throw new ArithmeticException("hunter2");
            default -> {
                return Answer.of(Json.object()
                        .put("name", name)
                        .put("part", call.query("part").orElse("all"))
                        .put("secret", "a \"hunter2\""));
            }
        }
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(to(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String token, byte[] body) throws Exception {
        HttpRequest.Builder request = to(path).POST(BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Sends bytes as they are, for what a client of HTTP would not send. */
    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private String get(String path, String host) throws IOException {
        return raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    @Test
    void anyoneOnThisMachineMayRead() throws Exception {
        open("127.0.0.1", NO_TOKEN);

        HttpResponse<String> answer = get("/things/one?part=two");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.body())
                .contains("\"one\"", "\"two\"", "\"a \\\"***\\\"\"")
                .doesNotContain("hunter2");
    }

    @Test
    void aChangeNeedsAToken() throws Exception {
        open("127.0.0.1", Optional.of(SET));

        for (String wrong : List.of("", "x", SET.substring(1), OWN + "0")) {
            HttpResponse<String> refused = post("/things/one/change", wrong, new byte[10]);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer");
        }
        assertThat(touched).isEmpty();
        assertThat(post("/things/one/change", OWN, new byte[10]).body()).contains("\"bytes\" : 10");
        assertThat(post("/things/one/change", SET, new byte[10]).statusCode()).isEqualTo(200);
    }

    @Test
    void whatTheUserOfTheWorkerMayIsForItsOwnTokenAlone() throws Exception {
        open("127.0.0.1", Optional.of(SET));

        assertThat(post("/own", OWN, new byte[0]).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = post("/own", SET, new byte[0]);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("the token in worker.json of the data folder; no other is taken");
    }

    @Test
    void fromOutsideReadingNeedsATokenToo() throws Exception {
        open("0.0.0.0", Optional.of(SET));

        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/things/one").statusCode()).isEqualTo(401);
        assertThat(touched).isEmpty();
        HttpRequest allowed =
                to("/things/one").header("Authorization", "Bearer " + SET).build();
        assertThat(http.send(allowed, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutATokenNobodyListensToTheOutside() {
        assertThatThrownBy(() -> open("0.0.0.0", NO_TOKEN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would let everybody in; set 'listen-token'");
        assertThatThrownBy(() -> open("127.0.0.1", Optional.of("hunter2")))
                .hasMessageContaining("fewer than 16 characters")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aPathThatCouldMeanSomethingElseIsRefused() throws Exception {
        open("127.0.0.1", NO_TOKEN);

        for (String path : List.of(
                "/things/../health",
                "/things/%2e%2e",
                "/things/..",
                "/things/.",
                "/things/a%2Fb",
                "/things/%00",
                "/things/a%00b",
                "/things/a\\b",
                "/things/a\0b",
                "/things//etc",
                "//things/one",
                "http://localhost/things/one",
                "/things/one/",
                "/things/caf\u00e9",
                "/things/" + "a".repeat(250),
                "/things/one;x=1",
                "/things/one?part=%2e%2e",
                "/things/one?part=a&part=b")) {
            assertThat(get(path, "localhost")).as(path).startsWith("HTTP/1.1 400 ");
        }
        assertThat(touched).isEmpty();
        assertThat(get("/things/" + "a".repeat(249), "localhost")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aPageOfAnotherHostCannotAsk() throws Exception {
        open("127.0.0.1", NO_TOKEN);

        for (String host :
                List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "127.0.0.1@evil")) {
            assertThat(get("/things/one", host)).as(host).startsWith("HTTP/1.1 421 ");
        }
        assertThat(touched).isEmpty();
        for (String host : List.of("localhost", "127.0.0.1:8470", "[::1]:1")) {
            assertThat(get("/things/one", host)).as(host).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void errorsAreProblems() throws Exception {
        open("127.0.0.1", NO_TOKEN);

        HttpResponse<String> nothing = get("/nothing");
        assertThat(nothing.statusCode()).isEqualTo(404);
        assertThat(nothing.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(nothing.body())
                .contains("\"type\" : \"urn:mainstem:problem:not-found\"", "\"status\" : 404", "\"whatToDo\" : ");
        assertThat(get("/things/one/change").statusCode()).isEqualTo(405);
        assertThat(get("/things/one?parts=1").statusCode()).isEqualTo(400);
        assertThat(get("/things/conflict")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body()).contains("it is used by ***");
        });
        assertThat(get("/things/bug")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("ArithmeticException").doesNotContain("hunter2");
        });
    }

    @Test
    void aBodyHasALimit() throws Exception {
        open("127.0.0.1", NO_TOKEN);

        assertThat(post("/things/one/change", OWN, new byte[Call.BODY_BYTES_MAX])
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("/things/one/change", OWN, new byte[Call.BODY_BYTES_MAX + 1])
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void readingIsAnsweredWhileChangesWait() throws Exception {
        open("127.0.0.1", NO_TOKEN);
        List<Future<HttpResponse<String>>> slow = new ArrayList<>();
        for (int i = 0; i < RestServer.CHANGES_MAX; i++) {
            HttpRequest request = to("/slow")
                    .header("Authorization", "Bearer " + OWN)
                    .POST(BodyPublishers.noBody())
                    .build();
            slow.add(http.sendAsync(request, BodyHandlers.ofString()));
        }
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        HttpResponse<String> refused = post("/slow", OWN, new byte[0]);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).hasValue("5");
        assertThat(get("/things/one").statusCode()).isEqualTo(200);

        release.countDown();
        for (Future<HttpResponse<String>> each : slow) {
            assertThat(each.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    /** Connections that send something and never end it. */
    private List<Socket> connections(int count, String text) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), server.address().getPort());
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            sockets.add(socket);
        }
        return sockets;
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void whoSendsWithoutEndHurtsNobodyElse() throws Exception {
        open("127.0.0.1", NO_TOKEN);
        List<Socket> slow = connections(3 * RestServer.CALLS_MAX, "GET /things/a HTTP/1.1\r\nHost: local");
        slow.addAll(connections(
                RestServer.CALLS_MAX,
                "POST /things/a/change HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx"));

        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/things/a").statusCode()).isEqualTo(200);
        assertThat(post("/things/a/change", OWN, new byte[3]).statusCode()).isEqualTo(200);
        closeAll(slow);
    }

    @Test
    void whoDoesNotTakeItsAnswerLosesItsConnection() throws Exception {
        open("127.0.0.1", NO_TOKEN);
        List<Socket> deaf = connections(4, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await(() -> sending() == 4);

        assertThat(get("/things/a").statusCode()).isEqualTo(200);
        await(() -> sending() == 0);
        for (Socket socket : deaf) {
            assertThat(received(socket)).isLessThan(LARGE.length());
        }
        closeAll(deaf);
        assertThat(get("/large").body()).hasSameSizeAs(LARGE);
    }

    private static void await(BooleanSupplier expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!expected.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** How many threads of the server are in the middle of an answer. */
    private static long sending() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getMethodName().equals("sendNow")))
                .count();
    }

    /** How many bytes come before the connection ends, one way or another. */
    private static long received(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        long count = 0;
        byte[] buffer = new byte[64 << 10];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                count += n;
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // A reset is an end, too.
            return count;
        }
        return count;
    }

    @Test
    void aRouteWithoutDocumentationCannotBeMade() {
        Route.Handler handler = call -> Answer.of(Json.object());
        Route route = Route.get("/a", "a", "A.", Shape.any(), handler);

        assertThatThrownBy(() -> Route.get("/a", "a", " ", Shape.any(), handler))
                .hasMessageContaining("summary of a");
        assertThatThrownBy(() -> Shape.object("A", "")).hasMessageContaining("documentation of A");
        assertThatThrownBy(() -> new Routes(List.of(Route.get("/a/{b}", "a", "A.", Shape.any(), handler))))
                .hasMessageContaining("the parameters of /a/{b} are not those that are documented");
        assertThatThrownBy(() -> new Routes(List.of(route, Route.get("/a", "b", "B.", Shape.any(), handler))))
                .hasMessageContaining("two routes");
    }

    @Test
    void addressesAreRead() {
        assertThat(RestOptions.Address.parse("[::1]:8470")).isEqualTo(new RestOptions.Address("::1", 8470));
        assertThat(RestOptions.Address.parse("[::1]:8470").isLoopback()).isTrue();
        assertThat(RestOptions.Address.parse("0.0.0.0:1").isLoopback()).isFalse();
        for (String wrong :
                List.of("8470", ":8470", "localhost", "localhost:x", "localhost:65536", "::1:8470", "a:-1")) {
            assertThatThrownBy(() -> RestOptions.Address.parse(wrong)).hasMessageContaining("is no address");
        }
    }
}
