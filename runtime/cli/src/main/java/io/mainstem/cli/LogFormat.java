package io.mainstem.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/** What lines of the log look like, for the whole process: text for people, or an object of JSON each. Thread-safe. */
final class LogFormat {

    private static volatile boolean json;

    private LogFormat() {}

    /** From now on, text or JSON. */
    static void useJson(boolean value) {
        json = value;
    }

    static boolean isJson() {
        return json;
    }

    /** What a command says, as a line of JSON. */
    static String line(String level, String pipeline, String message) {
        ObjectNode line =
                JsonResult.object().put("time", Instant.now().toString()).put("level", level);
        if (!pipeline.isEmpty()) {
            line.put("pipeline", pipeline);
        }
        return line.put("message", Scrub.text(message)).toString();
    }

    /** An event of a library or of the worker, as a line of JSON. */
    static String line(ILoggingEvent event) {
        ObjectNode line = JsonResult.object()
                .put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
                .put("level", event.getLevel().toString())
                .put("logger", event.getLoggerName());
        Map<String, String> where = event.getMDCPropertyMap();
        where.forEach(line::put);
        line.put("message", Scrub.text(String.valueOf(event.getFormattedMessage())));
        if (event.getThrowableProxy() != null) {
            line.put("cause", Scrub.text(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return line.toString();
    }
}
