package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;

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

    boolean isHidden() {
        return field < 0;
    }
}
