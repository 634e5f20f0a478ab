package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which errors of which threads are the end of the process. */
class FatalErrorsTest {

    private static Thread named(String name) {
        return new Thread(() -> {}, name);
    }

    @Test
    void onlyAnErrorOfTheMachineInAThreadOfTheLogIsFatal() {
        assertThat(FatalErrors.isFatal(named("mainstem-log-writer"), new OutOfMemoryError()))
                .isTrue();
        assertThat(FatalErrors.isFatal(named("mainstem-log-writer"), new IllegalStateException()))
                .isFalse();
        assertThat(FatalErrors.isFatal(named("mainstem-orders-shop-1"), new OutOfMemoryError()))
                .isFalse();
        assertThat(FatalErrors.isFatal(named("okhttp"), new OutOfMemoryError())).isFalse();
    }
}
