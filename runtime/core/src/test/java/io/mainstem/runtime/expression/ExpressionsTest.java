package io.mainstem.runtime.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionsTest {

    private static final Schema ADDRESS = Schema.of("address", Field.nullable("city", Type.STRING));
    private static final Schema ROW = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("n", Type.INT32),
            Field.nullable("amount", Type.decimal(10, 2)),
            Field.nullable("ratio", Type.FLOAT64),
            Field.nullable("name", Type.STRING),
            Field.nullable("paid", Type.BOOLEAN),
            Field.nullable("day", Type.DATE),
            Field.nullable("at", Type.TIMESTAMPTZ),
            Field.nullable("address", Type.struct(ADDRESS)),
            Field.nullable("tags", Type.array(Type.STRING)),
            Field.nullable("unit price", Type.FLOAT64));
    private static final Row FULL = Row.of(
            ROW,
            7L,
            3L,
            new BigDecimal("12.50"),
            0.25,
            "Ada",
            true,
            LocalDate.of(2024, 2, 29),
            Instant.parse("2024-02-29T10:00:00Z"),
            Row.of(ADDRESS, "Paris"),
            List.of("a", "b"),
            9.0);
    private static final Row EMPTY = Row.of(ROW, 7L, null, null, null, null, null, null, null, null, null, null);

    private final Expressions expressions = Expressions.in(Scope.of(ROW, List.of("id")), "orders");

    private static Message message(Row row) {
        return Message.of(Operation.UPDATE, null, row)
                .withHeaders(List.of(new Header("origin", new byte[] {'x'})))
                .withTimestamp(Instant.parse("2024-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "value.amount > 12 ; true ; true",
                "value.amount * 2.0 ; 25.0 ; true",
                "value.id + value.n ; 10 ; true",
                "value.name == 'Ada' && value.paid ; true ; true",
                "value.name.startsWith('A') || value.n / 0 > 1 ; true ; true",
                "value.n in [1, 3] ; true ; true",
                "value['unit price'] >= 9 ; true ; true",
                "value.address.city ; Paris ; true",
                "has(value.address.city) ; true ; true",
                "size(value.name) ; 3 ; true",
                "value.day > timestamp('2024-01-01T00:00:00Z') ; true ; false",
                "operation + '-' + stream ; update-orders ; true",
                "headers['origin'] ; x ; true",
                "'nobody' in headers ; false ; true",
                "key.id == 7 ; true ; true",
                "string(value.id) ; 7 ; true",
                "int(value.ratio * 10.0) ; 2 ; true",
                "value.paid ? value.name : 'none' ; Ada ; true",
                "value.tags.exists(t, t == 'b') ; true ; false",
                "value.name.upperAscii() ; ADA ; false",
                "value.tags.size() ; 2 ; false",
                "time < value.at ; true ; true",
                "value.name.matches('^A.a$') ; true ; true",
                "value.address.city in ['Paris', 'Rome'] ; true ; true"
            })
    void itHasTheValueThatTheLanguageSays(String text, String expected, boolean isOurs) throws Exception {
        Expression expression = expressions.compile(text);
        assertThat(expression.value(message(FULL))).hasToString(expected);
        assertThat(expression.isCompiled()).as("evaluated by nodes of our own").isEqualTo(isOurs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "value.amont > 1.0 ; 1:7 ; there is no field 'amont' in value; did you mean 'amount'?",
                "amount > 1.0 ; 1:1 ; did you mean 'value.amount'?",
                "value.address.zip == '1' ; 1:15 ; there is no field 'zip' in value.address",
                "value.name > 3 ; 1:12 ; '>' does not go with (string, int)",
                "value.ratio + value.id ; 1:13 ; write double(...)",
                "value.name == 3 ; 1:12 ; text and a whole number are never equal",
                "value.amount + ; 1:15 ; this is no expression",
                "value.name.matches('(') ; 1:20 ; is no regular expression",
                "value['unit price'] + 'x' ; 1:21 ; '+' does not go with (double, string)",
                "value['unit prize'] > 1.0 ; 1:6 ; did you mean 'unit price'?",
                "value.name.upper() ; 1:17 ; there is no function 'upper'; did you mean 'upperAscii'?",
                "value.name.substr(1) ; 1:18 ; there is no function 'substr'; did you mean 'substring'?",
                "strlen(value.name) ; 1:7 ; there is no function 'strlen'; there are all, bool",
                "valu.name ; 1:1 ; there is no variable 'valu'",
                "value.day > timestamp('2024-13-01T00:00:00Z') ; 1:23 ; '2024-13-01T00:00:00Z' is no timestamp; write it as '2024",
                "time > timestamp('yesterday') ; 1:18 ; 'yesterday' is no timestamp",
                "duration('1 hour') < duration('2h') ; 1:10 ; '1 hour' is no duration",
                "value.id > int('ten') ; 1:16 ; 'ten' is no int; write it as '12'",
                "value.name == 'x' ? null : value.name > 1 ; 1:39 ; '>' does not go with (string, int)",
                "value.id ? null : 'x' ; 1:10 ; '? :' does not go with (int, string)",
                "value.z\u00e4hl\u00e9r > 1 ; 1:7 ; 'z\u00e4hl\u00e9r' has letters that stand only in quotes; write value[\"z\u00e4hl\u00e9r\"]",
                "value.name == 'x' && value.address.\u00e4 == 'y' ; 1:36 ; write value.address[\"\u00e4\"]",
                "z\u00e4hl\u00e9r > 1 ; 1:1 ; write value[\"z\u00e4hl\u00e9r\"]",
                "value.id.size() == 3 ; 1:14 ; 'size' does not go with (int);",
                "key.idd > 0 ; 1:5 ; there is no field 'idd' in key; did you mean 'id'?",
                "has(key.name) ; 1:5 ; there is no field 'name' in key; the fields are id",
                "key['idd'] == 'x' ; 1:4 ; there is no field 'idd' in key",
                "value.id > 1 && key > 0 ; 1:17 ; 'key' has the fields id, and is no value itself; write key.id",
                "'x' != key ; 1:8 ; write key.id",
                "key.startsWith('x') ; 1:1 ; write key.id",
                "value.in == 3 ; 1:7 ; 'in' is a word of the language; a field of that name is value[\"in\"]"
            })
    void aMistakeIsNamedWithItsPlace(String text, String place, String message) {
        assertThatThrownBy(() -> expressions.compile(text)).isInstanceOfSatisfying(ExpressionException.class, wrong -> {
            ExpressionException.Mistake first = wrong.mistakes().get(0);
            assertThat(first.message()).contains(message);
            assertThat(first.line() + ":" + first.column()).isEqualTo(place);
            assertThat(wrong.mistakes()).as("told once").hasSize(1);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "value.name.substring(1) ; \uD83D\uDE00b\uD83D\uDE00",
                "value.name.substring(1, 2) ; \uD83D\uDE00",
                "value.name.substring(4) ; ``",
                "value.name.charAt(1) ; \uD83D\uDE00",
                "value.name.charAt(3) ; \uD83D\uDE00",
                "value.name.charAt(4) ; ``",
                "value.name.indexOf('b') ; 2",
                "value.name.indexOf(value.name.charAt(1), 2) ; 3",
                "value.name.lastIndexOf(value.name.charAt(1)) ; 3",
                "value.name.lastIndexOf(value.name.charAt(1), 2) ; 1",
                "value.name.indexOf('x') ; -1",
                "value.name.split('')[1] ; \uD83D\uDE00",
                "value.name.split('', 2)[1] ; \uD83D\uDE00b\uD83D\uDE00",
                "value.name.split('b')[0] ; a\uD83D\uDE00",
                "value.name.replace('', '-') ; -a-\uD83D\uDE00-b-\uD83D\uDE00-",
                "value.name.replace('b', 'c', 1) ; a\uD83D\uDE00c\uD83D\uDE00",
                "value.name.upperAscii() ; A\uD83D\uDE00B\uD83D\uDE00",
                "value.name.upperAscii().lowerAscii() ; a\uD83D\uDE00b\uD83D\uDE00",
                "(' \u00A0\u0085' + value.name + '\u2003\t').trim() ; a\uD83D\uDE00b\uD83D\uDE00",
                "value.name.split('b').join() ; a\uD83D\uDE00\uD83D\uDE00",
                "value.name.split('b').join('-') ; a\uD83D\uDE00-\uD83D\uDE00",
                "size(value.name) ; 4"
            })
    void charactersAreCountedAsTheLanguageHasIt(String text, String expected) throws Exception {
        assertThat(expressions.compile(text).value(message(named("a\uD83D\uDE00b\uD83D\uDE00"))))
                .hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {"charAt(5)", "charAt(-1)", "substring(5)", "substring(3, 2)", "substring(0, 5)", "indexOf('b', 5)"
            })
    void anIndexOutsideOfTheTextIsAnError(String call) throws Exception {
        Expression expression = expressions.compile("value.name." + call);
        assertThatThrownBy(() -> expression.value(message(named("a\uD83D\uDE00b\uD83D\uDE00"))))
                .isInstanceOf(EvaluationException.class);
    }

    private static Row named(String name) {
        return Row.builder(ROW).setLong(0, 7).setString(4, name).build();
    }

    @Test
    void whereNotAllFieldsAreKnownOthersAreNoMistake() throws Exception {
        Expressions open = Expressions.in(Scope.open(ROW), "orders");
        assertThat(open.compile("value.unknown > 1").type()).contains(Type.BOOLEAN);
        assertThatThrownBy(() -> open.compile("value.name > 1")).hasMessageContaining("does not go with");
    }

    @Test
    void ofAKeyNothingIsSaidWhereItIsNotKnownOrAnotherVariable() throws Exception {
        assertThat(expressions
                        .compile("key == null || key.size() == 1 || 'id' in key")
                        .type())
                .contains(Type.BOOLEAN);
        assertThat(expressions
                        .compile("value.tags.exists(key, key.startsWith('b'))")
                        .test(message(FULL)))
                .isTrue();
        Expression unknown = Expressions.in(Scope.of(ROW, List.of()), "orders").compile("key.idd > 0");
        Row key = Row.builder(Schema.of("k", Field.required("id", Type.INT64)))
                .setLong(0, 7)
                .build();
        assertThatThrownBy(() -> unknown.test(message(FULL).withKey(key)))
                .hasMessage("there is no 'idd' in key, or it is null; test it first, as in: 'idd' in key && ...");
        assertThatThrownBy(() -> unknown.test(message(FULL))).hasMessageStartingWith("key is null");
    }

    @Test
    void aMistakeIsToldByTheMessageAlone() {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            for (String wrong : List.of("value.amount +", "'open", "value.amount # 2", ")")) {
                assertThatThrownBy(() -> expressions.compile(wrong)).isInstanceOf(ExpressionException.class);
            }
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("line 1:");
    }

    @Test
    void nullIsAnErrorUnlessItIsTestedFirst() throws Exception {
        assertThatThrownBy(() -> expressions.compile("value.n > 1").test(message(EMPTY)))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("value.n is null");
        assertThat(expressions.compile("value.n != null && value.n > 1").test(message(EMPTY)))
                .isFalse();
        assertThat(expressions.compile("value.n == null").test(message(EMPTY))).isTrue();
    }

    /** Whoever evaluates: the words are those of the row, and say what to write. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "value.n + 1 ; value.n",
                "value.name.upperAscii() ; value.name",
                "value.name.replace('a', value.name) ; value.name",
                "size(value.name) ; value.name",
                "value.tags.size() ; value.tags",
                "value.tags.join(',') ; value.tags",
                "value.tags.exists(t, t == 'b') ; value.tags",
                "value['unit price'] * 2.0 ; value[\"unit price\"]",
                "value.address.city + 'x' ; value.address.city",
                "value.at + duration('1h') ; value.at",
                "value.name.matches(value.name) ; value.name"
            })
    void aNullIsNamedWithWhatToWrite(String text, String field) throws Exception {
        for (boolean own : List.of(true, false)) {
            Expression expression = expressions.compile(text, own);
            assertThatThrownBy(() -> expression.value(message(EMPTY)))
                    .as("%s, by nodes of our own: %s", text, own)
                    .isInstanceOf(EvaluationException.class)
                    .hasMessage(field + " is null; test it first: " + field
                            + " == null ? null : ..., or in a condition " + field + " != null && ...");
            Expression tested = expressions.compile(field + " == null ? null : " + text, own);
            assertThat(tested.value(message(EMPTY))).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "value.name == null ? null : value.name + '!' ; Ada! ; string ; true",
                "value.name != null ? value.name + '!' : null ; Ada! ; string ; true",
                "value.n == null ? null : value.n * 2 ; 6 ; int64 ; true",
                "value.ratio == null ? null : value.ratio > 0.1 ; true ; boolean ; true",
                "value.at == null ? null : value.at ; 2024-02-29T10:00:00Z ; timestamptz ; true",
                "value.name == null ? null : value.name.upperAscii() ; ADA ; string ; false",
                "value.name == null ? null : value.n == null ? null : value.name + string(value.n) ; Ada3 ; string ; true",
                "(value.name == null ? null : value.name + '!').size() > 3 ? null : 'short' ; null ; string ; true"
            })
    void aSideOfAChoiceMayBeNull(String text, String expected, String type, boolean isOurs) throws Exception {
        Expression expression = expressions.compile(text);
        assertThat(expression.type()).hasToString("Optional[" + type + "]");
        assertThat(expression.isCompiled()).isEqualTo(isOurs);
        assertThat(String.valueOf(expression.value(message(FULL)))).isEqualTo(expected);
        if (text.startsWith("value")) {
            assertThat(expression.value(message(EMPTY))).isNull();
        }
        assertThat(String.valueOf(expressions.compile(text, false).value(message(FULL))))
                .as("by the library")
                .isEqualTo(expected);
    }

    @Test
    void aNullOfAChoiceIsNoValueToGoOnWith() throws Exception {
        Expression expression = expressions.compile("(value.name == null ? null : value.name + '!') + '?'");
        assertThat(expression.value(message(FULL))).isEqualTo("Ada!?");
        assertThatThrownBy(() -> expression.value(message(EMPTY))).isInstanceOf(EvaluationException.class);
    }

    @Test
    void itIsKnownWhetherTheValueIsLookedAt() throws Exception {
        assertThat(expressions.compile("value.id > 1").usesValue()).isTrue();
        assertThat(expressions.compile("[1].all(x, value.id > x)").usesValue()).isTrue();
        assertThat(expressions.compile("operation != 'delete' && key.id > 1").usesValue())
                .isFalse();
    }

    /** Expressions at random, over rows at random: ours gives what the library gives, or both give an error. */
    @Test
    void ourNodesGiveWhatTheLibraryGives() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        RandomExpressions made = new RandomExpressions(random);
        int compiled = 0;
        for (int i = 0; i < 600; i++) {
            String text = made.truth(3);
            Expression ours = expressions.compile(text, true);
            Expression library = expressions.compile(text, false);
            compiled += ours.isCompiled() ? 1 : 0;
            for (int j = 0; j < 12; j++) {
                Message message = message(made.row(ROW, ADDRESS));
                assertThat(outcome(ours, message))
                        .as("%s of %s, -Dseed=%d", text, message.value(), seed)
                        .isEqualTo(outcome(library, message));
            }
        }
        assertThat(compiled).as("compiled of 600").isGreaterThan(500);
    }

    private static String outcome(Expression expression, Message message) {
        try {
            return String.valueOf(expression.value(message));
        } catch (EvaluationException e) {
            return "error";
        }
    }

    @Test
    void aFieldAloneKeepsItsTypeAndEveryDigit() throws Exception {
        Schema schema = Schema.of(
                "o",
                Field.nullable("exact", Type.decimal(20, 2)),
                Field.nullable("day", Type.DATE),
                Field.nullable("small", Type.FLOAT32),
                Field.nullable("tags", Type.array(Type.decimal(20, 2))));
        BigDecimal exact = new BigDecimal("12345678901234567.80");
        Row row = Row.of(schema, exact, LocalDate.of(2024, 2, 29), 0.1f, List.of(exact));
        Expressions own = Expressions.in(Scope.of(schema, List.of()), "o");

        for (Field field : schema.fields()) {
            Expression alone = own.compile("value." + field.name());
            assertThat(alone.type()).hasValue(field.type());
            assertThat(alone.value(message(row))).isEqualTo(row.at(field.name()));
            Schema target = Schema.of("t", Field.nullable("copy", field.type()));
            Row.Builder copy = Row.builder(target);
            alone.set(message(row), copy, 0);
            assertThat(copy.build().at("copy")).isEqualTo(row.at(field.name()));
        }
        assertThat(own.compile("value.exact").text(message(row))).isEqualTo("12345678901234567.80");
        assertThat(own.compile("value.day").text(message(row))).isEqualTo("2024-02-29");
        assertThat(own.compile("string(value.exact) + ' EUR'").text(message(row)))
                .isEqualTo("12345678901234567.80 EUR");
        assertThat(own.compile("string(value.small)").text(message(row))).isEqualTo("0.1");
        Expression byTheLibrary = own.compile("string(value.exact) + value.tags.map(t, '!').join(',')");
        assertThat(byTheLibrary.isCompiled()).isFalse();
        assertThat(byTheLibrary.text(message(row))).isEqualTo("12345678901234567.80!");
        assertThatThrownBy(() -> byTheLibrary.text(message(Row.of(schema, null, null, null, List.of()))))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("value.exact is null");
        assertThatThrownBy(() -> own.compile("value.exact").text(message(Row.of(schema, null, null, null, null))))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("value.exact");
    }

    @Test
    void aNumberWithAFractionIsWrittenAsPeopleDo() throws Exception {
        Schema schema = Schema.of("o", Field.nullable("n", Type.FLOAT64), Field.nullable("text", Type.STRING));
        Expressions own = Expressions.in(Scope.of(schema, List.of()), "o");
        for (Map.Entry<Double, String> each : Map.of(
                        5_000_000.0,
                        "10000000.0",
                        0.5,
                        "1.0",
                        -0.0000005,
                        "-0.0000010",
                        1e299,
                        "2.0E299",
                        1e-9,
                        "2.0E-9")
                .entrySet()) {
            Row row = Row.of(schema, each.getKey(), "");
            assertThat(own.compile("string(value.n * 2.0)").text(message(row))).isEqualTo(each.getValue());
            Expression byTheLibrary = own.compile("string(value.n * 2.0) + value.text.trim()");
            assertThat(byTheLibrary.isCompiled()).isFalse();
            assertThat(byTheLibrary.text(message(row))).isEqualTo(each.getValue());
        }
    }

    @Test
    void thePartsOfATextAreTexts() throws Exception {
        Expression parts = expressions.compile("value.name.split('d')");
        assertThat(parts.type()).hasValue(Type.array(Type.STRING));
        assertThat(parts.value(message(FULL))).isEqualTo(List.of("A", "a"));
        Expression part = expressions.compile("value.name.split('d')[0]");
        assertThat(part.type()).hasValue(Type.STRING);
        assertThat(part.value(message(FULL))).isEqualTo("A");
        assertThatThrownBy(() -> expressions.compile("value.name.split(1)"))
                .isInstanceOf(ExpressionException.class)
                .hasMessageContaining("'split' does not go with (string, int)");
    }

    @Test
    void fieldsThatAreNotThereAreToldBesideTypesThatDoNotGoTogether() {
        assertThatThrownBy(
                        () -> expressions.compile("value.amont > 1.0 && value.name > 3 && value['unit prize'] > 1.0"))
                .isInstanceOfSatisfying(
                        ExpressionException.class,
                        wrong -> assertThat(wrong.mistakes())
                                .extracting(mistake -> mistake.column() + ": " + mistake.message())
                                .satisfiesExactly(
                                        first -> assertThat(first).startsWith("7: there is no field 'amont'"),
                                        second -> assertThat(second).startsWith("33: '>' does not go with"),
                                        third -> assertThat(third).startsWith("45: there is no field 'unit prize'")));
    }
}
