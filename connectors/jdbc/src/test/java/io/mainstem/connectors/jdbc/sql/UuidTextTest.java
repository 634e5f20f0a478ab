package io.mainstem.connectors.jdbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UUIDs are read from their 36 characters only. */
final class UuidTextTest {

    @Test
    void upperAndLowerCaseAreTheSame() {
        assertThat(UuidText.parse("00112233-4455-6677-8899-AABBCCDDEEFF"))
                .isEqualTo(UuidText.parse("00112233-4455-6677-8899-aabbccddeeff"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-2-3-4-5",
                "0011223-34455-6677-8899-aabbccddeeff",
                "00112233445566778899aabbccddeeff",
                "{00112233-4455-6677-8899-aabbccddeeff}"
            })
    void otherFormsAreRefused(String text) {
        assertThatThrownBy(() -> UuidText.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
