package io.mainstem.runtime.expression;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A field of the key: of the message's own where it has one with fields, else of the value, of which the key will be made. */
final class KeyNode extends Node {

    private final Field field;

    KeyNode(Field field) {
        super(CelValues.sort(field.type()), true);
        this.field = field;
    }

    @Override
    @Nullable
    Object object(Input in) {
        if (in.message().key() instanceof Row key && key.schema().indexOf(field.name()) >= 0) {
            return CelValues.of(key.at(field.name()));
        }
        if (in.hasRow()) {
            int index = in.row().schema().indexOf(field.name());
            return index < 0 ? null : CelValues.of(in.row().at(index));
        }
        return in.message().key() instanceof Scalar scalar ? CelValues.of(scalar.value()) : null;
    }

    @Override
    boolean isNull(Input in) {
        return object(in) == null;
    }

    private <T> T value(Input in, Class<T> of) {
        Object value = object(in);
        String name = Fields.named("key", field.name());
        if (value == null) {
            throw EvaluationException.isNull(name);
        }
        if (!of.isInstance(value)) {
            throw new EvaluationException(name + " is '" + value + "'");
        }
        return of.cast(value);
    }

    @Override
    boolean bool(Input in) {
        return value(in, Boolean.class);
    }

    @Override
    long integer(Input in) {
        return value(in, Long.class);
    }

    @Override
    double real(Input in) {
        return value(in, Number.class).doubleValue();
    }

    @Override
    String text(Input in) {
        return Objects.requireNonNull(value(in, String.class));
    }

    @Override
    Instant moment(Input in) {
        return value(in, Instant.class);
    }
}
