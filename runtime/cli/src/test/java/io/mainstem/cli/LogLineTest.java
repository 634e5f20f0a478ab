package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.mainstem.runtime.pipeline.Secrets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LogLineTest {

    @AfterEach
    void forget() {
        Scrub.only(Secrets.none());
    }

    @Test
    void aLineAndItsCausesHaveNoSecrets() {
        Scrub.only(Secrets.of(List.of("hunter2", "pass w")));
        Throwable nested = new IllegalStateException("outer", new IllegalStateException("GET http://h?pw=pass%20w"));

        String line = new LogLine()
                .doLayout(new LoggingEvent(
                        "", new LoggerContext().getLogger("some.library"), Level.WARN, "with hunter2", nested, null));

        assertThat(line).contains("WARN some.library: with ***", "IllegalStateException: outer", "GET http://h?pw=***");
    }
}
