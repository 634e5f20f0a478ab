package io.mainstem.server.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS with keys that the JDK's keytool makes. */
@Timeout(120)
final class TlsTest {

    private static final String PASSWORD = "password";
    private static final String OWN = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    private KeyStore worker;
    private KeyStore client;
    private KeyStore stranger;
    private RestServer server;

    @BeforeEach
    void makeKeys() throws Exception {
        worker = keys("worker", "EC");
        client = keys("client", "RSA");
        stranger = keys("stranger", "EC");
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    /** A key with a certificate that it has signed itself, as files of PEM too. */
    private KeyStore keys(String name, String algorithm) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".txt").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        pem(
                name + ".key",
                "PRIVATE KEY",
                keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
        pem(name + ".pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
        return keys;
    }

    private void pem(String file, String title, byte[] bytes) throws IOException {
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + title + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END "
                        + title + "-----\n");
    }

    private RestOptions.Tls tls(Optional<Path> clients) {
        return new RestOptions.Tls(folder.resolve("worker.pem"), folder.resolve("worker.key"), clients);
    }

    private void open(RestOptions.Tls tls, Optional<String> token) throws IOException {
        Routes routes = new Routes(List.of(
                Route.get("/health", "health", "Lives.", Shape.any(), call -> Answer.of(Json.object()))
                        .openToAll(),
                Route.get("/things", "things", "Things.", Shape.any(), call -> Answer.of(Json.array())),
                Route.post("/change", "change", "Changes.", Shape.any(), call -> Answer.of(Json.array()))));
        RestOptions options = new RestOptions(new RestOptions.Address("0.0.0.0", 0), token, Optional.of(tls));
        server = RestServer.open(
                RestListener.at(options),
                routes,
                OWN,
                text -> text,
                e -> new Problem(500, "internal", e.toString(), "look"));
    }

    /** A client that trusts the worker, and shows the key that it has, if it has one. */
    private HttpClient clientWith(Optional<KeyStore> own) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("worker", worker.getCertificate("worker"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own.orElse(trusted), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private int status(HttpClient http, String path, String token) throws Exception {
        URI uri = URI.create("https://127.0.0.1:" + server.address().getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (path.equals("/change")) {
            request.POST(HttpRequest.BodyPublishers.noBody());
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    @Test
    void aClientCertificateMayReadAndATokenMayChange() throws Exception {
        open(tls(Optional.of(folder.resolve("client.pem"))), Optional.empty());

        HttpClient known = clientWith(Optional.of(client));
        assertThat(status(known, "/things", "")).isEqualTo(200);
        assertThat(status(known, "/change", "")).isEqualTo(401);
        assertThat(status(known, "/change", OWN)).isEqualTo(200);
        HttpClient nobody = clientWith(Optional.empty());
        assertThat(status(nobody, "/health", "")).isEqualTo(200);
        assertThat(status(nobody, "/things", "")).isEqualTo(401);
        assertThat(status(clientWith(Optional.of(stranger)), "/things", "")).isEqualTo(401);
    }

    @Test
    void withATokenNoCertificateOfAClientIsNeeded() throws Exception {
        open(tls(Optional.empty()), Optional.of(OWN + OWN));

        HttpClient nobody = clientWith(Optional.empty());
        assertThat(status(nobody, "/things", OWN + OWN)).isEqualTo(200);
        assertThat(status(nobody, "/things", "")).isEqualTo(401);
    }

    @Test
    void aFileThatIsNotRightIsNamed() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.pem"), "nothing");

        assertThatThrownBy(() -> open(
                        new RestOptions.Tls(folder.resolve("worker.pem"), wrong, Optional.empty()), Optional.of(OWN)))
                .hasMessageContaining("wrong.pem' has no private key");
        assertThatThrownBy(() -> open(
                        new RestOptions.Tls(wrong, folder.resolve("worker.key"), Optional.empty()), Optional.of(OWN)))
                .hasMessageContaining("wrong.pem' has no certificate");
    }
}
