package io.mainstem.log.embedded;

/** Lets the module export this package while it has no types; the first real type replaces it. */
final class Placeholder {
    private Placeholder() {}
}
