package io.mainstem.runtime.plugin;

/** A plugin that cannot be used; the message says which, why, and what to do. */
public final class PluginException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A problem without another error behind it. */
    public PluginException(String message) {
        super(message);
    }

    /** A problem that another error caused. */
    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
