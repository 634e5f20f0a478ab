package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a secret is seen. */
final class SecretsTest {

    private static final String SECRET = "to\"ken\\-4711";

    @Test
    void aSecretIsMaskedAsItStandsInTextAndUrlsAndJson() {
        Secrets secrets = Secrets.of(List.of(SECRET));
        for (String form : List.of(SECRET, "to%22ken%5C-4711", "to\\\"ken\\\\-4711")) {
            assertThat(secrets.scrub("x " + form + " y")).isEqualTo("x *** y");
        }
    }

    @Test
    void toTakeTheSameSecretsAgainAndAgainAddsNothing() {
        Secrets once = Secrets.of(List.of(SECRET));
        Secrets all = once;
        for (int i = 0; i < 20; i++) {
            all = all.and(Secrets.of(List.of(SECRET)));
        }
        assertThat(all.values()).isEqualTo(once.values());
    }
}
