package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;

/**
 * A column by which rows are read in order, and whose value is part of a position, as text.
 *
 * @param name its name in a position
 * @param expression what is ordered and compared in SQL
 * @param selected what gives its value in SQL, when no field has it
 * @param declared its type in SQL, for casts
 * @param type the type of its values
 * @param field the field that has its value, or -1
 */
record OrderColumn(String name, String expression, String selected, String declared, Type type, int field) {

    boolean isHidden() {
        return field < 0;
    }
}
