package io.mainstem.connectors.http.webhook;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One request that waits for the log. The thread of its sender waits, the source's thread settles it.
 */
final class Delivery {

    /** What becomes of a delivery. */
    enum Outcome {
        /** It is on disk. */
        DURABLE,
        /** It is not, and the sender should come again. */
        FAILED
    }

    private final String id;
    private final String method;
    private final String sender;
    private final Map<String, String> headers;
    private final List<byte[]> bodies;
    private final Map<String, String> form;
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile Outcome outcome = Outcome.FAILED;

    /**
     * A delivery.
     *
     * @param id its name, or the empty text
     * @param bodies what is in it, a record each
     * @param form the fields of a form; none where it is no form
     */
    Delivery(
            String id,
            String method,
            String sender,
            Map<String, String> headers,
            List<byte[]> bodies,
            Map<String, String> form) {
        this.id = id;
        this.method = method;
        this.sender = sender;
        this.headers = headers;
        this.bodies = bodies;
        this.form = form;
    }

    String id() {
        return id;
    }

    String method() {
        return method;
    }

    String sender() {
        return sender;
    }

    Map<String, String> headers() {
        return headers;
    }

    List<byte[]> bodies() {
        return bodies;
    }

    Map<String, String> form() {
        return form;
    }

    void settle(Outcome how) {
        outcome = how;
        settled.countDown();
    }

    /** What became of it, within a time. */
    Outcome await(long millis) throws InterruptedException {
        return settled.await(millis, TimeUnit.MILLISECONDS) ? outcome : Outcome.FAILED;
    }
}
