package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;

/**
 * A column as it is read.
 *
 * @param type the type of its field
 * @param expression what stands for it in the SELECT
 */
record ReadColumn(ColumnFacts facts, Type type, String expression) {}
