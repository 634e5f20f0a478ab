package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.util.Optional;

/** Finds the type that holds all that a column holds and all that a field may have, where there is one of the same family. */
final class Widening {

    private Widening() {}

    /**
     * The wider type.
     *
     * @param current the type of the values that the column keeps
     * @return empty when the column is wide enough, or nothing is wide enough
     */
    static Optional<Type> of(Type field, ColumnInfo column, Type current) {
        return switch (current.kind()) {
            case INT8, INT16, INT32, INT64 -> integer(field, current);
            case DECIMAL -> decimal(field, current);
            case FLOAT32 -> field.kind() == Type.Kind.FLOAT64 ? Optional.of(Type.FLOAT64) : Optional.empty();
            case STRING -> column.length() >= 0 && isText(field) ? Optional.of(Type.STRING) : Optional.empty();
            case BYTES ->
                column.length() >= 0 && field.kind() == Type.Kind.BYTES ? Optional.of(Type.BYTES) : Optional.empty();
            case TIME, TIMESTAMP, TIMESTAMPTZ ->
                field.kind() == current.kind() && column.precision() >= 0 && column.precision() < field.precision()
                        ? Optional.of(field)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isText(Type field) {
        return field.kind() != Type.Kind.BYTES;
    }

    private static Optional<Type> integer(Type field, Type current) {
        return switch (field.kind()) {
            case INT8, INT16, INT32, INT64 ->
                field.kind().compareTo(current.kind()) > 0 ? Optional.of(field) : Optional.empty();
            case DECIMAL -> Optional.of(join(field, digits(current), 0));
            default -> Optional.empty();
        };
    }

    private static Optional<Type> decimal(Type field, Type current) {
        Type joined = switch (field.kind()) {
            case INT8, INT16, INT32, INT64 -> join(current, digits(field), 0);
            case DECIMAL ->
                field.precision() == 0 ? Type.DECIMAL : join(current, field.precision() - field.scale(), field.scale());
            default -> current;
        };
        return joined.equals(current) ? Optional.empty() : Optional.of(joined);
    }

    private static Type join(Type decimal, int whole, int scale) {
        if (decimal.precision() == 0) {
            return Type.DECIMAL;
        }
        int mostWhole = Math.max(whole, decimal.precision() - decimal.scale());
        int mostScale = Math.max(scale, decimal.scale());
        return mostWhole + mostScale > Type.PRECISION_MAX
                ? Type.DECIMAL
                : Type.decimal(mostWhole + mostScale, mostScale);
    }

    private static int digits(Type integer) {
        return switch (integer.kind()) {
            case INT8 -> 3;
            case INT16 -> 5;
            case INT32 -> 10;
            default -> 19;
        };
    }
}
