package io.mainstem.runtime.expression;

import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Expressions whose types are right, and rows for them. */
final class RandomExpressions {

    private final Random random;

    RandomExpressions(Random random) {
        this.random = random;
    }

    String truth(int depth) {
        if (depth == 0) {
            return pick(
                    "value.paid", "true", "false", "value.n == null", "has(value.name)", "value.name in ['a', 'b']");
        }
        return switch (random.nextInt(12)) {
            case 0 -> "(" + truth(depth - 1) + " && " + truth(depth - 1) + ")";
            case 1 -> "(" + truth(depth - 1) + " || " + truth(depth - 1) + ")";
            case 2 -> "!(" + truth(0) + ")";
            case 3 -> "(" + whole(depth - 1) + order() + whole(depth - 1) + ")";
            case 4 -> "(" + real(depth - 1) + order() + real(depth - 1) + ")";
            // Of a text and a null behind it, the library says that no order holds, and ours that it is an error.
            case 5 -> "(" + text(depth - 1) + order() + pick("'a'", "''", "operation", "string(value.id)") + ")";
            case 6 -> "(" + whole(depth - 1) + order() + real(depth - 1) + ")";
            case 7 -> "(" + whole(depth - 1) + equality() + whole(depth - 1) + ")";
            case 8 -> "(" + text(depth - 1) + equality() + text(depth - 1) + ")";
            case 9 -> text(depth - 1) + pick(".contains('a')", ".startsWith('b')", ".endsWith('')", ".matches('^a')");
            case 10 -> "(value.at" + order() + "time)";
            // Where the condition is an error, the library takes the second choice, and ours is an error as the
            // language says.
            default ->
                "(" + pick("value.n == null", "has(value.name)", "value.name in ['a']", "true") + " ? "
                        + truth(depth - 1) + " : " + truth(depth - 1) + ")";
        };
    }

    private String whole(int depth) {
        if (depth == 0) {
            return pick("value.id", "value.n", "0", "1", "-3", "9223372036854775807", "size(value.name)", "key.id");
        }
        return switch (random.nextInt(5)) {
            case 0 -> "(" + whole(depth - 1) + pick(" + ", " - ", " * ", " / ", " % ") + whole(depth - 1) + ")";
            case 1 -> "int(" + real(depth - 1) + ")";
            case 2 -> "(-" + whole(0) + ")";
            case 3 -> "size(" + text(depth - 1) + ")";
            default -> whole(0);
        };
    }

    private String real(int depth) {
        if (depth == 0) {
            return pick("value.ratio", "value.amount", "0.0", "2.5", "-1e10", "value['unit price']");
        }
        return switch (random.nextInt(4)) {
            case 0 -> "(" + real(depth - 1) + pick(" + ", " - ", " * ") + real(depth - 1) + ")";
            // Not by zero: the library gives what is no number a place in the order, and IEEE 754 does not.
            case 1 -> "(" + real(depth - 1) + " / 2.5)";
            case 2 -> "double(" + whole(depth - 1) + ")";
            default -> real(0);
        };
    }

    private String text(int depth) {
        if (depth == 0) {
            return pick("value.name", "value.address.city", "'a'", "''", "operation", "headers['origin']", "stream");
        }
        return switch (random.nextInt(3)) {
            case 0 -> "(" + text(depth - 1) + " + " + text(depth - 1) + ")";
            case 1 -> "string(value.id)";
            default -> text(0);
        };
    }

    private String order() {
        return pick(" < ", " <= ", " > ", " >= ");
    }

    private String equality() {
        return pick(" == ", " != ");
    }

    private String pick(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    Row row(Schema schema, Schema address) {
        return Row.of(
                schema,
                (long) random.nextInt(5),
                orNull((long) random.nextInt(4) - 1),
                orNull(BigDecimal.valueOf(random.nextInt(1_000), 2)),
                orNull(random.nextInt(9) / 4.0),
                orNull(List.of("a", "b", "ab", "", "\uD83D\uDE00").get(random.nextInt(5))),
                orNull(random.nextBoolean()),
                orNull(LocalDate.of(2024, 1, 1 + random.nextInt(28))),
                orNull(Instant.parse("2024-01-01T00:00:00Z").plusSeconds(random.nextInt(3) - 1L)),
                orNull(Row.of(address, orNull("a"))),
                orNull(List.of("a")),
                orNull(random.nextDouble()));
    }

    private @Nullable Object orNull(Object value) {
        return random.nextInt(4) == 0 ? null : value;
    }
}
