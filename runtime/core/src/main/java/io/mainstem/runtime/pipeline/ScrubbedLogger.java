package io.mainstem.runtime.pipeline;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plugin's way into the worker's log; no secret passes it. Thread-safe. */
public final class ScrubbedLogger implements System.Logger {

    private final Logger logger;
    private final Secrets secrets;

    /**
     * Logs under a name.
     *
     * @param name whose lines they are
     * @param secrets what nobody may see
     */
    public ScrubbedLogger(String name, Secrets secrets) {
        this.logger = LoggerFactory.getLogger("mainstem." + name);
        this.secrets = secrets;
    }

    @Override
    public String getName() {
        return logger.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
        return level != Level.OFF && logger.isEnabledForLevel(slf4j(level));
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            logger.atLevel(slf4j(level)).setCause(thrown).log(secrets.scrub(message));
        }
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
        if (isLoggable(level)) {
            String message =
                    parameters.length == 0 ? format : new MessageFormat(format, Locale.ROOT).format(parameters);
            logger.atLevel(slf4j(level)).log(secrets.scrub(message));
        }
    }

    private static org.slf4j.event.Level slf4j(Level level) {
        return switch (level) {
            case ERROR -> org.slf4j.event.Level.ERROR;
            case WARNING -> org.slf4j.event.Level.WARN;
            case INFO -> org.slf4j.event.Level.INFO;
            case DEBUG -> org.slf4j.event.Level.DEBUG;
            default -> org.slf4j.event.Level.TRACE;
        };
    }
}
