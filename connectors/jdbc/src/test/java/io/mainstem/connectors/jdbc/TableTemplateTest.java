package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables are named as they are written. */
final class TableTemplateTest {

    private static final Naming AS_IS = new Naming(Naming.Policy.AS_IS, Map.of());

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            nullValues = "-",
            value = {
                "orders, -, orders",
                "Sales.{topic}, Sales, o",
                "\"a.b\".c, a.b, c",
                "\"a\"\"b\", -, a\"b",
                "\"\"\"\".\"\"\"x\"\"\", \", \"x\"",
                "{value.a}.{key.b}, {value.a}, {key.b}"
            })
    void aNameMayHavePointsAndQuotesInQuotes(String text, String schema, String table) {
        assertThat(TableTemplate.of(text).of("o", AS_IS)).isEqualTo(new TableName(Optional.ofNullable(schema), table));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.", "a.b.c", "\"a", "\"a\"\"", "\"\"", "{other}", "{value.a"})
    void whatIsNoNameIsRefused(String text) {
        assertThatThrownBy(() -> TableTemplate.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
