package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.RetryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Credentials;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies under the requests: TLS in both directions, HTTP/2, proxies. */
final class TransportTest {

    private static final String HOST = "api.example.invalid";

    @TempDir
    Path folder;

    private final HeldCertificate authority = new HeldCertificate.Builder()
            .certificateAuthority(1)
            .commonName("the authority")
            .build();
    private MockWebServer server;

    @BeforeEach
    void open() throws IOException {
        server = new MockWebServer();
        Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HeldCertificate signed(String name) {
        return new HeldCertificate.Builder()
                .signedBy(authority)
                .commonName(name)
                .addSubjectAlternativeName(name)
                .build();
    }

    private void serveTls(String name) {
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(signed(name), authority.certificate())
                .addTrustedCertificate(authority.certificate())
                .build()
                .sslSocketFactory());
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .code(200)
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private Map<String, Object> options(Object... more) {
        Map<String, Object> options = Read.options(more);
        options.putIfAbsent("url", server.url("/items").toString());
        options.putIfAbsent("columns", Map.of("id", "int64"));
        options.putIfAbsent("retries", "0");
        return options;
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void aClientShowsItsCertificateToAServerThatAsksForOne() throws Exception {
        serveTls("localhost");
        server.requireClientAuth();
        server.start();
        server.enqueue(json("[{\"id\": 1}]"));
        HeldCertificate client = signed("loader");
        Map<String, Object> options = options(
                "ca",
                folder.resolve("ca.pem").toString(),
                "client-certificate",
                file("client.pem", client.certificatePem()),
                "client-key",
                file("client-key.pem", client.privateKeyPkcs8Pem()));
        assertThat(Read.all("id", options)).containsExactly(1L);
        assertThat(server.takeRequest().getHandshake().peerPrincipal().getName())
                .contains("CN=loader");
    }

    @Test
    void aServerThatAsksForACertificateRefusesWhoHasNone() throws Exception {
        serveTls("localhost");
        server.requireClientAuth();
        server.start();
        assertThatThrownBy(() ->
                        Read.all("id", options("ca", folder.resolve("ca.pem").toString())))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("got no answer");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void aServerWhoseCertificateNobodyKnowsIsNotSpokenTo() throws Exception {
        serveTls("localhost");
        server.start();
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("certif");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void aCertificateOfAnotherNameIsRefused() throws Exception {
        serveTls("another.example.invalid");
        server.start();
        assertThatThrownBy(() ->
                        Read.all("id", options("ca", folder.resolve("ca.pem").toString())))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("not verified");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void http2IsSpokenWithAServerThatOffersItUnlessItIsSwitchedOff() throws Exception {
        serveTls("localhost");
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                int page = Integer.parseInt(request.getUrl().queryParameter("page"));
                return json(page > 3 ? "[]" : "[{\"id\": " + page + "}]");
            }
        });
        server.start();
        for (boolean http2 : new boolean[] {true, false}) {
            assertThat(Read.all(
                            "id",
                            options(
                                    "ca",
                                    folder.resolve("ca.pem").toString(),
                                    "paginate",
                                    "page",
                                    "page-parameter",
                                    "page",
                                    "http2",
                                    Boolean.toString(http2))))
                    .containsExactly(1L, 2L, 3L);
            List<RecordedRequest> requests = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                requests.add(server.takeRequest());
            }
            assertThat(requests).allMatch(request -> request.getVersion().equals(http2 ? "HTTP/2" : "HTTP/1.1"));
            assertThat(requests.stream()
                            .map(RecordedRequest::getConnectionIndex)
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void aProxyIsAskedForWhatIsNotEncrypted() throws Exception {
        server.start();
        server.enqueue(json("[{\"id\": 1}]"));
        assertThat(Read.all("id", options("url", "http://" + HOST + "/items", "proxy", proxy())))
                .containsExactly(1L);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).isEqualTo("GET http://" + HOST + "/items HTTP/1.1");
        assertThat(request.getHeaders().get("Proxy-Authorization")).isNull();
    }

    private String proxy() {
        return "127.0.0.1:" + server.getPort();
    }

    @Test
    void aProxyThatAsksForCredentialsGetsThem() throws Exception {
        server.start();
        server.enqueue(new MockResponse.Builder()
                .code(407)
                .setHeader("Proxy-Authenticate", "Basic realm=\"out\"")
                .build());
        server.enqueue(json("[{\"id\": 1}]"));
        assertThat(Read.all(
                        "id",
                        options(
                                "url",
                                "http://" + HOST + "/items",
                                "proxy",
                                proxy(),
                                "proxy-user",
                                "ann",
                                "proxy-password",
                                "proxy-secret")))
                .containsExactly(1L);
        assertThat(server.takeRequest().getHeaders().get("Proxy-Authorization")).isNull();
        assertThat(server.takeRequest().getHeaders().get("Proxy-Authorization"))
                .isEqualTo(Credentials.basic("ann", "proxy-secret"));
    }

    @Test
    void aProxySeesNothingOfWhatIsEncrypted() throws Exception {
        serveTls(HOST);
        server.start();
        server.enqueue(new MockResponse.Builder().inTunnel().build());
        server.enqueue(json("[{\"id\": 1}]"));
        assertThat(Read.all(
                        "id",
                        options(
                                "url",
                                "https://" + HOST + "/items",
                                "proxy",
                                proxy(),
                                "ca",
                                folder.resolve("ca.pem").toString(),
                                "auth",
                                "bearer",
                                "token",
                                "a-secret-token")))
                .containsExactly(1L);
        RecordedRequest tunnel = server.takeRequest();
        assertThat(tunnel.getRequestLine()).isEqualTo("CONNECT " + HOST + ":443 HTTP/1.1");
        assertThat(tunnel.getHeaders().toString()).doesNotContain("a-secret-token");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer a-secret-token");
    }
}
