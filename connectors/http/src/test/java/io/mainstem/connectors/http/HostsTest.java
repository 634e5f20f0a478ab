package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where requests of the source go, and what of them is shown. */
final class HostsTest extends HttpSourceCase {

    @Test
    void redirectsEnd() {
        server.on("/items", asked -> Answer.status(302).with("Location", "/items?again"));
        assertThatThrownBy(() -> Read.all("id", options()))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("redirected 11 times");
        assertThat(server.asked()).hasSize(11);
    }

    @Test
    void credentialsGoToNoOtherHost() throws Exception {
        server.on("/items", asked -> Answer.status(307).with("Location", server.otherUrl("/there")));
        server.on("/there", asked -> Answer.json("[{\"id\": 1}]"));
        assertThat(Read.all(
                        "id",
                        options("auth", "bearer", "token", "a-long-secret", "headers", Map.of("X-Secret", "another"))))
                .containsExactly(1L);
        assertThat(server.asked("/items").get(0).header("Authorization")).isEqualTo("Bearer a-long-secret");
        assertThat(server.asked("/there").get(0).header("Authorization")).isNull();
        assertThat(server.asked("/there").get(0).header("X-Secret")).isNull();
    }

    @Test
    void anotherSchemeIsRefused() {
        for (String target : List.of("https://127.0.0.1/items", "file:///etc/passwd", "ftp://127.0.0.1/")) {
            String path = "/to" + target.charAt(0) + target.length();
            server.on(path, asked -> Answer.status(302).with("Location", target));
            assertThatThrownBy(() -> Read.all("id", options("url", server.url(path))))
                    .isInstanceOfSatisfying(
                            StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.redirect-scheme"));
        }
    }

    @Test
    void privateAddressesAreRefusedWhereverTheyComeFrom() {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}]"));
        for (String url : List.of(server.url("/items"), server.otherUrl("/items"), "http://169.254.169.254/latest")) {
            assertThatThrownBy(() -> Read.all("id", options("url", url, "private-addresses", "refuse")))
                    .isInstanceOfSatisfying(
                            StopException.class, stop -> assertThat(stop.code()).isEqualTo("http.private-address"));
        }
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void messagesShowNoQuery() {
        server.on("/items", asked -> Answer.status(403));
        assertThatThrownBy(() -> Read.all(
                        "id", options("auth", "api-key", "api-key", "very-secret", "api-key-parameter", "key")))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("very-secret"));
        assertThat(server.asked().get(0).query("key")).isEqualTo("very-secret");
    }

    @Test
    void aHeaderThatNoneCanBeIsNamedAndNotShown() throws Exception {
        assertThatThrownBy(() -> Read.all("id", options("auth", "bearer", "token", "s\u00e9same-4711")))
                .hasMessageContaining("token")
                .hasMessageContaining("has a character that no header can have")
                .hasMessageNotContaining("4711");
        assertThatThrownBy(() -> Read.all("id", options("headers", Map.of("X-Who", "Ren\u00e9"))))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("X-Who");
        server.on("/token", asked -> Answer.json("{\"access_token\": \"s\u00e9same-4711\"}"));
        assertThatThrownBy(() -> Read.all(
                        "id",
                        options(
                                "auth",
                                "oauth2",
                                "token-url",
                                server.url("/token"),
                                "client-id",
                                "c",
                                "client-secret",
                                "cccc")))
                .isInstanceOf(StopException.class)
                .hasMessageNotContaining("4711");
        assertThat(server.asked("/items")).isEmpty();
    }
}
