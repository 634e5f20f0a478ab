package io.mainstem.connectors.http.source;

/**
 * One server-sent event.
 *
 * @param id the id that a reconnect names, or the empty text
 * @param event its kind
 * @param data its data
 */
record ServerEvent(String id, String event, String data) {}
