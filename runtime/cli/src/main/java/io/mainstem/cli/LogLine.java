package io.mainstem.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;

/** A line of the log, without secrets: also those in the messages of exceptions that libraries throw. */
final class LogLine extends LayoutBase<ILoggingEvent> {

    @Override
    public String doLayout(ILoggingEvent event) {
        if (LogFormat.isJson()) {
            return LogFormat.line(event) + System.lineSeparator();
        }
        StringBuilder line = new StringBuilder();
        line.append(Instant.ofEpochMilli(event.getTimeStamp())).append(' ');
        line.append(event.getLevel()).append(' ');
        line.append(event.getLoggerName()).append(": ");
        line.append(event.getFormattedMessage()).append(System.lineSeparator());
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return Scrub.text(line.toString());
    }
}
