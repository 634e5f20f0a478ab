package io.mainstem.runtime.expression;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A field of the value, at any depth of nested rows. */
final class FieldNode extends Node {

    /** Up to here a long is a double without loss, and so is a power of ten: their quotient is the nearest double. */
    private static final long EXACT = 1L << 53;

    private static final double[] POWERS = powers();

    private final String name;
    private final int[] parents;
    private final int index;
    private final Type type;

    FieldNode(String name, int[] path, Field field, boolean nullable) {
        super(CelValues.sort(field.type()), nullable);
        this.name = name;
        this.parents = java.util.Arrays.copyOf(path, path.length - 1);
        this.index = path[path.length - 1];
        this.type = field.type();
    }

    private static double[] powers() {
        double[] powers = new double[23];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    /** The row that has the field; null when a row around it is null. */
    private @Nullable Row owner(Input in) {
        Row row = in.row();
        for (int parent : parents) {
            row = (Row) row.at(parent);
            if (row == null) {
                return null;
            }
        }
        return row;
    }

    private Row value(Input in) {
        Row row = owner(in);
        if (row == null || row.isNull(index)) {
            throw EvaluationException.isNull(name);
        }
        return row;
    }

    @Override
    boolean isNull(Input in) {
        Row row = owner(in);
        return row == null || row.isNull(index);
    }

    @Override
    boolean bool(Input in) {
        return value(in).booleanAt(index);
    }

    @Override
    long integer(Input in) {
        return value(in).longAt(index);
    }

    @Override
    double real(Input in) {
        Row row = value(in);
        return switch (type.kind()) {
            case FLOAT32, FLOAT64 -> row.doubleAt(index);
            case DECIMAL -> decimal(row);
            default -> row.longAt(index);
        };
    }

    private double decimal(Row row) {
        if (type.isLong() && type.scale() < POWERS.length) {
            long unscaled = row.longAt(index);
            if (Math.abs(unscaled) <= EXACT) {
                return unscaled / POWERS[type.scale()];
            }
        }
        BigDecimal value = row.decimalAt(index);
        return value.doubleValue();
    }

    @Override
    String text(Input in) {
        Row row = value(in);
        return type.isText()
                ? row.stringAt(index)
                : Objects.requireNonNull(row.at(index)).toString();
    }

    @Override
    Instant moment(Input in) {
        return CelValues.moment(value(in), index);
    }

    @Override
    @Nullable
    Object object(Input in) {
        return CelValues.of(exact(in));
    }

    /** The type that the field has in its row. */
    Type type() {
        return type;
    }

    /** The value as it is in its row, before it becomes one of the language. */
    @Nullable
    Object exact(Input in) {
        Row row = owner(in);
        return row == null ? null : row.at(index);
    }

    /** The value with all its digits; it is no bytes, list or row. */
    String exactText(Input in) {
        Object value = exact(in);
        if (value == null) {
            throw EvaluationException.isNull(name);
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }
}
