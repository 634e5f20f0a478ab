package io.mainstem.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who asks with an equal key gets the same, and the last to let go closes it. */
final class SharedObjectsTest {

    private final SharedObjects objects = new SharedObjects();
    private final AtomicInteger open = new AtomicInteger();

    private AutoCloseable opened() {
        open.incrementAndGet();
        return open::decrementAndGet;
    }

    private SharedObjects.Lease lease() {
        return objects.lease(getClass().getClassLoader());
    }

    @Test
    void theLastToLetGoCloses() {
        SharedObjects.Lease first = lease();
        SharedObjects.Lease second = lease();
        AutoCloseable object = first.get("key", this::opened);
        assertThat(second.get("key", this::opened)).isSameAs(object);
        assertThat(first.get("key", this::opened)).isSameAs(object);
        assertThat(open).hasValue(1);
        first.close();
        assertThat(open).hasValue(1);
        second.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void keysAndPluginsAreApart() {
        SharedObjects.Lease lease = lease();
        SharedObjects.Lease other = objects.lease(ClassLoader.getPlatformClassLoader());
        AutoCloseable object = lease.get("key", this::opened);
        assertThat(lease.get("other", this::opened)).isNotSameAs(object);
        assertThat(other.get("key", this::opened)).isNotSameAs(object);
        lease.close();
        assertThat(open).hasValue(1);
        other.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void whatCouldNotBeOpenedIsTriedAgain() {
        SharedObjects.Lease lease = lease();
        assertThatThrownBy(() -> lease.get("key", () -> {
                    throw new IllegalStateException("in use");
                }))
                .hasMessage("in use");
        assertThat(lease.get("key", this::opened)).isNotNull();
        lease.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void afterClosingNothingIsGiven() {
        SharedObjects.Lease lease = lease();
        lease.close();
        assertThatThrownBy(() -> lease.get("key", this::opened)).isInstanceOf(IllegalStateException.class);
        assertThat(open).hasValue(0);
    }
}
