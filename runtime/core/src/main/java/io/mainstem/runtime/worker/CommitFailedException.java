package io.mainstem.runtime.worker;

/** A commit failed while a reader was being polled. Passes through the reader and ends the session. */
final class CommitFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommitFailedException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
