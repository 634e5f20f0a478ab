package io.mainstem.connectors.http.sink;

import io.mainstem.api.Message;
import io.mainstem.connectors.http.client.HttpRequest;
import java.util.List;

/**
 * A request with the records in it.
 *
 * @param order requests of the same order wait for one another
 */
record Outgoing(HttpRequest request, List<Message> messages, int order) {

    long firstOffset() {
        return messages.get(0).offset();
    }
}
