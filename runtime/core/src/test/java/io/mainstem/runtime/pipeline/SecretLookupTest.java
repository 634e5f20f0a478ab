package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.SecretProvider;
import io.mainstem.api.SecretProviderFactory;
import io.mainstem.runtime.plugin.SharedObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SecretLookupTest {

    private final Map<String, String> vault = new ConcurrentHashMap<>(Map.of("db", "first"));
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong skippedNanos = new AtomicLong();
    private final CountDownLatch release = new CountDownLatch(1);
    private final SecretLookup lookup = new SecretLookup(
            "vault",
            new Factory(),
            Config.of(Map.of()),
            new SecretContext(
                    "vault",
                    Path.of("mainstem.yaml"),
                    Secrets.none(),
                    Clock.systemUTC(),
                    SharedObjects.OF_THIS_PROCESS.lease(getClass().getClassLoader())),
            () -> System.nanoTime() + skippedNanos.get(),
            Duration.ofMillis(300));

    private final class Factory implements SecretProviderFactory {
        @Override
        public String name() {
            return "vault";
        }

        @Override
        public String summary() {
            return "For tests.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public SecretProvider create(Config config, Context context) {
            return name -> {
                calls.incrementAndGet();
                if (name.equals("hangs")) {
                    awaitWithoutEnd();
                }
                String value = vault.get(name);
                if (value == null) {
                    throw new IOException("no such line");
                }
                return value;
            };
        }
    }

    /** Hangs as a call does that listens to nobody. */
    private void awaitWithoutEnd() {
        while (release.getCount() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void skip(Duration time) {
        skippedNanos.addAndGet(time.toNanos());
    }

    private void await(String expected) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!lookup.get("db").equals(expected)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aValueIsAskedForOnceAMinute() throws Exception {
        assertThat(lookup.get("db")).isEqualTo("first");
        vault.put("db", "second");
        skip(SecretLookup.FRESH.minusSeconds(5));
        assertThat(lookup.get("db")).isEqualTo("first");
        assertThat(calls).hasValue(1);

        skip(Duration.ofSeconds(6));
        await("second");
        assertThat(calls).hasValue(2);
    }

    @Test
    void anOldValueCountsUntilThereIsAnother() throws Exception {
        assertThat(lookup.get("db")).isEqualTo("first");
        vault.clear();
        for (int round = 0; round < 3; round++) {
            skip(SecretLookup.FRESH.plusSeconds(1));
            assertThat(lookup.get("db")).isEqualTo("first");
        }
        vault.put("db", "third");
        skip(SecretLookup.FRESH.plusSeconds(1));
        await("third");
    }

    @Test
    void whatIsNotThereIsNotAskedForAgainAtOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> lookup.get("none"))
                    .hasMessage("the provider of secrets 'vault' has not told 'none': no such line");
        }
        assertThat(calls).hasValue(1);
        vault.put("none", "there now");
        skip(SecretLookup.PAUSE);
        assertThat(lookup.get("none")).isEqualTo("there now");
    }

    @Test
    void aProviderThatHangsKeepsNobodyWaitingForLong() throws Exception {
        for (int round = 0; round < 2 * SecretLookup.HANGING_MAX; round++) {
            assertThatThrownBy(() -> lookup.get("hangs")).isInstanceOf(SecretException.class);
            skip(SecretLookup.PAUSE);
        }
        assertThat(calls.get()).isLessThanOrEqualTo(SecretLookup.HANGING_MAX + 1);
        assertThatThrownBy(() -> lookup.get("hangs")).hasMessageContaining("too many of its calls hang");
        release.countDown();
        lookup.close();
    }
}
