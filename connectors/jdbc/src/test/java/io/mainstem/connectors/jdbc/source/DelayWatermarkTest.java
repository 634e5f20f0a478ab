package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.testkit.RecordingContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A value counts when it has been visible for the whole delay. */
final class DelayWatermarkTest {

    @Test
    void theMarkIsWhatWasVisibleADelayAgo() throws Exception {
        RecordingContext context = new RecordingContext(Path.of("."), Instant.parse("2030-01-01T00:00:00Z"));
        AtomicInteger highest = new AtomicInteger();
        DelayWatermark watermark = new DelayWatermark(
                connection -> Optional.of(String.valueOf(highest.incrementAndGet())),
                Duration.ofSeconds(2),
                context.clock());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            connection.setAutoCommit(false);
            assertThat(watermark.look(connection).isComplete()).isFalse();
            context.advance(Duration.ofSeconds(1));
            assertThat(watermark.look(connection).bound()).isEmpty();
            context.advance(Duration.ofSeconds(1));
            assertThat(watermark.look(connection).bound()).contains(new Watermark.Bound("1", true));
            context.advance(Duration.ofMillis(999));
            assertThat(watermark.look(connection).bound()).contains(new Watermark.Bound("1", true));
            context.advance(Duration.ofMillis(1));
            assertThat(watermark.look(connection).bound()).contains(new Watermark.Bound("2", true));
        }
    }
}
