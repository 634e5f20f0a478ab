package io.mainstem.runtime.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.runtime.delivery.DeliveryMode.Kind;
import org.junit.jupiter.api.Test;

final class DeliveryModeTest {

    private static DeliveryMode of(Capability... capabilities) {
        return DeliveryMode.of("shop", Capabilities.of(capabilities));
    }

    @Test
    void offsetsInTheTargetMakeItExactlyOnce() {
        DeliveryMode mode = of(Capability.OWNS_OFFSETS);

        assertThat(mode.kind()).isEqualTo(Kind.EXACTLY_ONCE);
        assertThat(mode.reason()).contains("connector 'shop' keeps the offsets in the target");
        assertThat(mode.isRepeatable()).isTrue();
        assertThat(mode.isKeptByTarget()).isTrue();
        assertThat(of(Capability.OWNS_OFFSETS, Capability.IDEMPOTENT)).isEqualTo(mode);
    }

    @Test
    void writesThatMayBeRepeatedMakeItEffectivelyOnce() {
        DeliveryMode mode = of(Capability.IDEMPOTENT, Capability.DELETES);

        assertThat(mode.kind()).isEqualTo(Kind.EFFECTIVELY_ONCE);
        assertThat(mode.isRepeatable()).isTrue();
        assertThat(mode.isKeptByTarget()).isFalse();
    }

    @Test
    void neitherMakesItAtLeastOnce() {
        DeliveryMode mode = of(Capability.SCHEMA_EVOLUTION);

        assertThat(mode.kind()).isEqualTo(Kind.AT_LEAST_ONCE);
        assertThat(mode.isRepeatable()).isFalse();
        assertThat(mode).hasToString("at-least-once: " + mode.reason());
    }
}
