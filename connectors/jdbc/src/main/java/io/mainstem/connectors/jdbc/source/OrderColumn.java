package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;
import java.util.Optional;

/**
 * A column by which rows are read in order, and whose value is part of a position, as text.
 *
 * @param name its name in a position
 * @param expression what is ordered and compared in SQL
 * @param selected what gives its value in SQL, when no field has it
 * @param declared its type in SQL, for casts
 * @param operators the schema of its operators, in quotes where that must be; empty for the plain ones
 * @param type the type of its values
 * @param field the field that has its value, or -1
 */
record OrderColumn(
        String name, String expression, String selected, String declared, String operators, Type type, int field) {

    OrderColumn(String name, String expression, String selected, String declared, Type type, int field) {
        this(name, expression, selected, declared, "", type, field);
    }

    /** A comparison as it stands in SQL. */
    String operator(String plain) {
        return operators.isEmpty() ? plain : "OPERATOR(" + operators + "." + plain + ")";
    }

    /** Of a row's address, one behind those of all rows; empty for what is no address. */
    Optional<String> greatestAddress() {
        if (!isHidden()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (declared) {
                    case "tid" -> "(4294967295,65535)";
                    case "oid" -> "4294967295";
                    default -> String.valueOf(Long.MAX_VALUE);
                });
    }

    boolean isHidden() {
        return field < 0;
    }
}
