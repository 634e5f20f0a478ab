package io.mainstem.server.rest;

/** Refuses what has no documentation. */
final class Documented {

    private Documented() {}

    static String require(String text, String what) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(what + " is missing");
        }
        return text;
    }
}
