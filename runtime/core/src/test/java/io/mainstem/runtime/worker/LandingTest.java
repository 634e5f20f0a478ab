package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Scalar;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What counts as written of what a sink was given. */
class LandingTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", UUID.randomUUID(), 0);

    private final Landing landing = new Landing();

    private static SinkBatch batch(long... offsets) {
        List<Message> messages = new ArrayList<>();
        for (long offset : offsets) {
            messages.add(
                    Message.of(Operation.CREATE, null, Scalar.int64(offset)).withOrigin(PARTITION, offset, 0));
        }
        return SinkBatch.of(PARTITION, messages, offsets[0], offsets[offsets.length - 1] + 1, 0);
    }

    @Test
    void whatTheSinkWantsAgainDoesNotCount() {
        landing.add(batch(0, 1, 4, 4, 5), 500);
        landing.add(batch(8, 9), 200);
        landing.rewind(4);
        assertThat(landing.count()).isEqualTo(2);
        assertThat(landing.bytes()).isEqualTo(200);
        landing.rewind(0);
        assertThat(landing.count()).isZero();
    }

    @Test
    void whatWasSetAsideDoesNotCount() {
        landing.add(batch(0, 3, 3, 7), 400);
        landing.remove(3);
        landing.remove(5);
        assertThat(landing.count()).isEqualTo(3);
        assertThat(landing.bytes()).isEqualTo(300);
        landing.clear();
        assertThat(landing.count()).isZero();
    }
}
