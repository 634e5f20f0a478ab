package io.mainstem.server;

/** A worker is there, and the command was not run to its end in it. The message says why and what to do next. */
public final class ControlException extends Exception {
    private static final long serialVersionUID = 1L;

    ControlException(String message) {
        super(message);
    }

    ControlException(String message, Throwable cause) {
        super(message, cause);
    }
}
