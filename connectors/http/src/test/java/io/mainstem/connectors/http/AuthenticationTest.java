package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.ApiServer.Asked;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credentials are sent as the server wants them, and renewed before and after they end. */
final class AuthenticationTest {

    private final AtomicInteger tokens = new AtomicInteger();
    private ApiServer server;
    private volatile String good = "Bearer token-1";
    private volatile String life = ", \"expires_in\": 3600";

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer()
                .on(
                        "/items",
                        asked -> good.equals(asked.header("Authorization"))
                                ? Answer.json(
                                        asked.number("page", 1) > 3
                                                ? "[]"
                                                : "[{\"id\": " + asked.number("page", 1) + "}]")
                                : Answer.status(401))
                .on(
                        "/token",
                        asked -> Answer.json(
                                "{\"access_token\": \"token-" + tokens.incrementAndGet() + "\"" + life + "}"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Map<String, Object> options(Object... more) {
        Map<String, Object> options = Read.options(more);
        options.put("url", server.url("/items"));
        options.put("columns", Map.of("id", "int64"));
        options.put("paginate", "page");
        options.put("page-parameter", "page");
        return options;
    }

    private Map<String, Object> oauth(Object... more) {
        Map<String, Object> options = options(more);
        options.put("auth", "oauth2");
        options.put("token-url", server.url("/token"));
        return options;
    }

    private static Map<String, String> form(Asked asked) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : asked.body().split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    @Test
    void basicAndApiKeys() throws Exception {
        good = "Basic " + Base64.getEncoder().encodeToString("söder:päss".getBytes(StandardCharsets.UTF_8));
        assertThat(Read.all("id", options("auth", "basic", "user", "söder", "password", "päss")))
                .hasSize(3);
        server.on(
                "/keyed",
                asked -> "k".equals(asked.header("X-Key")) ? Answer.json("[{\"id\": 1}]") : Answer.status(403));
        Map<String, Object> keyed =
                options("auth", "api-key", "api-key", "k", "api-key-header", "X-Key", "pages-max", "9");
        keyed.put("url", server.url("/keyed"));
        keyed.put("paginate", "none");
        assertThat(Read.all("id", keyed)).hasSize(1);
    }

    @Test
    void oneTokenServesAllRequests() throws Exception {
        assertThat(Read.all(
                        "id",
                        oauth(
                                "client-id",
                                "me",
                                "client-secret",
                                "client-secret",
                                "scope",
                                "read",
                                "token-parameters",
                                Map.of("audience", "https://{client-id}.test"))))
                .hasSize(3);
        assertThat(tokens).hasValue(1);
        assertThat(form(server.asked("/token").get(0)))
                .containsEntry("grant_type", "client_credentials")
                .containsEntry("client_id", "me")
                .containsEntry("client_secret", "client-secret")
                .containsEntry("scope", "read")
                .containsEntry("audience", "https://me.test");
    }

    @Test
    void aTokenIsRenewedBeforeItEnds() throws Exception {
        life = ", \"expires_in\": 0";
        server.on(
                "/any",
                asked -> Answer.json(
                        asked.number("page", 1) > 3
                                ? "[]"
                                : "[{\"id\": 1}, {\"id\": " + asked.number("page", 1) + "}]"));
        Map<String, Object> options = oauth("client-id", "me", "client-secret", "client-secret");
        options.put("url", server.url("/any"));
        Read.all("id", options);
        assertThat(tokens).hasValue(4);
    }

    @Test
    void aTokenThatIsRefusedIsRenewedOnce() throws Exception {
        good = "Bearer token-2";
        assertThat(Read.all("id", oauth("client-id", "me", "client-secret", "client-secret")))
                .hasSize(3);
        good = "no token at all";
        assertThatThrownBy(() -> Read.all("id", oauth("client-id", "me", "client-secret", "client-secret")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("401");
        assertThat(tokens).hasValue(2 + 2);
    }

    @Test
    void refreshTokensAndPasswordsAreTaken() throws Exception {
        assertThat(Read.all("id", oauth("grant", "refresh-token", "refresh-token", "the-refresh-token")))
                .hasSize(3);
        assertThat(form(server.asked("/token").get(0)))
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("refresh_token", "the-refresh-token");
        tokens.set(0);
        Map<String, Object> password = oauth(
                "grant",
                "password",
                "user",
                "ann",
                "password",
                "the-password",
                "client-id",
                "me",
                "client-secret",
                "s",
                "client-auth",
                "basic");
        assertThat(Read.all("id", password)).hasSize(3);
        Asked asked = server.asked("/token").get(1);
        assertThat(form(asked)).containsEntry("username", "ann").doesNotContainKey("client_secret");
        assertThat(asked.header("Authorization")).startsWith("Basic ");
    }

    @Test
    void anAssertionIsSigned() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        assertThat(Read.all("id", oauth("grant", "jwt-bearer", "jwt-key", pem, "jwt-claims", Map.of("iss", "loader"))))
                .hasSize(3);
        String[] parts = form(server.asked("/token").get(0)).get("assertion").split("\\.");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(keys.getPublic());
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
        assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8))
                .contains("\"iss\":\"loader\"", "\"exp\":");
    }

    @Test
    void aSessionIsBegunAndBegunAgain() throws Exception {
        server.on(
                "/login",
                asked -> Answer.json("{\"data\": {\"t\": \"" + tokens.incrementAndGet() + "\"}}")
                        .with("Set-Cookie", "sid=s" + tokens.get() + "; Path=/; HttpOnly"));
        server.on(
                "/mine",
                asked -> "2".equals(asked.header("X-Session")) && "sid=s2".equals(asked.header("Cookie"))
                        ? Answer.json("[{\"id\": 1}]")
                        : Answer.status(401));
        Map<String, Object> options = options(
                "auth",
                "session",
                "login-url",
                server.url("/login"),
                "token-at",
                "/data/t",
                "session-header",
                "X-Session: {token}",
                "user",
                "ann",
                "password",
                "a\"b");
        options.put("url", server.url("/mine"));
        options.put("paginate", "none");
        assertThat(Read.all("id", options)).hasSize(1);
        assertThat(server.asked("/login").get(0).body()).isEqualTo("{\"user\": \"ann\", \"password\": \"a\\\"b\"}");
    }

    @Test
    void refusedCredentialsStopAndAreNotShown() {
        server.on("/no", asked -> Answer.of(400, "application/json", "{\"error\": \"invalid_client\"}"));
        Map<String, Object> options = oauth("client-id", "me", "client-secret", "the-client-secret");
        options.put("token-url", server.url("/no"));
        assertThatThrownBy(() -> Read.all("id", options))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("invalid_client")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("the-client-secret"));
    }
}
