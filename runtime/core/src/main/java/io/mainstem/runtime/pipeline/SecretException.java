package io.mainstem.runtime.pipeline;

/** A secret cannot be had; the message says which and why, and has no secret. */
final class SecretException extends Exception {

    private static final long serialVersionUID = 1L;

    SecretException(String message) {
        super(message, null, false, false);
    }
}
