package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UnitsTest {

    @Test
    void numbersAreWrittenForPeople() {
        assertThat(Units.bytes(0)).isEqualTo("0 B");
        assertThat(Units.bytes(1023)).isEqualTo("1023 B");
        assertThat(Units.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Units.bytes(3L << 40)).isEqualTo("3.0 TiB");
        assertThat(Units.count(1_234_567)).isEqualTo("1,234,567");
        assertThat(Units.seconds(1_250)).isEqualTo("1.3 s");
    }
}
