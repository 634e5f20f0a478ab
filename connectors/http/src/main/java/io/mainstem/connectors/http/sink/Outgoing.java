package io.mainstem.connectors.http.sink;

import io.mainstem.api.Message;
import io.mainstem.connectors.http.client.HttpRequest;
import java.util.List;

/**
 * A request with the records in it.
 *
 * @param order requests of the same order wait for one another
 * @param isMany whether its body is one for many records, however few they are
 */
record Outgoing(HttpRequest request, List<Message> messages, int order, boolean isMany) {

    long firstOffset() {
        return messages.get(0).offset();
    }
}
