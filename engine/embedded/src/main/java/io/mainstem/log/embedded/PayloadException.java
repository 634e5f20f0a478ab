package io.mainstem.log.embedded;

/** The compressed records of a batch are not what its codec makes. The message goes on after "the records". */
final class PayloadException extends Exception {
    private static final long serialVersionUID = 1L;

    PayloadException(String message) {
        super(message, null, false, false);
    }
}
