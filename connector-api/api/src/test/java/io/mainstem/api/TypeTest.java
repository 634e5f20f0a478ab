package io.mainstem.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "boolean",
                "int8",
                "int16",
                "int32",
                "int64",
                "float32",
                "float64",
                "decimal",
                "decimal(10,2)",
                "string",
                "bytes",
                "date",
                "time",
                "time(3)",
                "timestamp",
                "timestamp(9)",
                "timestamptz",
                "timestamptz(3)",
                "uuid",
                "json",
                "array<int64>",
                "map<array<decimal(5,0)>>"
            })
    void theTextFormIsReadBackAsTheSameType(String text) {
        assertThat(Type.parse(text)).hasToString(text);
        assertThat(Type.parse(text)).isEqualTo(Type.parse(text.toUpperCase(java.util.Locale.ROOT)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int",
                "decimal(0,0)",
                "decimal(2,3)",
                "timestamp(4)",
                "timestamp(3,1)",
                "array<>",
                "varchar(5)",
                ""
            })
    void whatIsNoTypeIsRefused(String text) {
        assertThatThrownBy(() -> Type.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anUnknownTypeIsAnsweredWithThoseThatThereAre() {
        assertThatThrownBy(() -> Type.parse("integer"))
                .hasMessageContaining("int32")
                .hasMessageContaining("timestamptz");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "int ; int32",
                "Integer ; int32",
                "strng ; string",
                "varchar(20) ; string",
                "decmal(10,2) ; decimal",
                "array<bigint> ; int64",
                "timestmp ; timestamp",
                "bool ; boolean"
            })
    void aTypeThatWasMeantIsNamed(String written, String meant) {
        assertThatThrownBy(() -> Type.parse(written)).hasMessageContaining("did you mean '" + meant + "'?");
    }

    @Test
    void whatIsLikeNoTypeIsNotGuessed() {
        assertThatThrownBy(() -> Type.parse("customer")).hasMessageContaining("is not a type; the types are boolean");
    }

    @Test
    void aSchemaRefusesTwoFieldsOfOneName() {
        assertThatThrownBy(() -> Schema.of("t", Field.nullable("a", Type.STRING), Field.nullable("a", Type.INT8)))
                .hasMessageContaining("'a'");
    }

    @Test
    void aStreamRefusesAKeyThatItsRowsDoNotHave() {
        Schema schema = Schema.of("t", Field.required("id", Type.INT64));
        assertThatThrownBy(() -> StreamSchema.of("t", schema, List.of("ID"))).hasMessageContaining("'ID'");
    }
}
