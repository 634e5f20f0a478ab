package io.mainstem.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sends the log to standard error: warnings and errors, or from the level that {@code MAINSTEM_LOG_LEVEL} names. It is
 * code and not a file, because reading the file would take longer than all the rest of a short command.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    private static final String LEVEL = "MAINSTEM_LOG_LEVEL";

    /** Says what the command itself says when a source or a sink fails. */
    private static final String TOLD_BY_PROGRESS = "io.mainstem.runtime.worker.Task";

    /** Made by logback. */
    public LogSetup() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LogLine layout = new LogLine();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        String level = System.getenv(LEVEL);
        // Who collects lines wants to know what went well, too, and each with the task that it is of.
        root.setLevel(Level.toLevel(level, LogFormat.isJson() ? Level.INFO : Level.WARN));
        if (level == null && !LogFormat.isJson()) {
            context.getLogger(TOLD_BY_PROGRESS).setLevel(Level.OFF);
        }
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
