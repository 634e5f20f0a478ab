package io.mainstem.connectors.jdbc;

/**
 * The names of the columns that the sink fills itself.
 *
 * @param deletedAt when the row's thing was deleted
 * @param validFrom since when a version holds
 * @param validTo until when, or null for the one that holds
 * @param version the place of the version's record in its topic: the order of versions, and what makes them come once
 * @param side a JSON object of the values that have no column which holds them
 */
record Marks(String deletedAt, String validFrom, String validTo, String version, String side) {}
