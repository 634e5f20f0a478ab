package io.mainstem.connectors.http.client;

import java.time.Duration;

/**
 * The next request may not be made for a while, because of the configured rate or of what the server said. Not a failure: whoever
 * asked comes again after that time.
 */
public final class WaitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Wait pause;

    WaitException(Wait pause) {
        super(pause.why(), null, false, false);
        this.pause = pause;
    }

    /** What has to be waited for. */
    public Wait pause() {
        return pause;
    }

    /** For how long. */
    public Duration time() {
        return pause.time();
    }
}
