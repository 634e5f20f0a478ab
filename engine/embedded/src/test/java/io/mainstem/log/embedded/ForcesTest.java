package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ForcesTest {
    private static final List<Integer> MANY = IntStream.range(0, 800).boxed().toList();

    @Test
    void eachIsForcedOnceAndSeveralAtATime() throws IOException {
        Queue<Integer> forced = new ConcurrentLinkedQueue<>();
        CyclicBarrier all = new CyclicBarrier(8);
        new Forces(8).each(MANY, number -> {
            if (number < 8) {
                await(all);
            }
            forced.add(number);
        });
        assertThat(forced).containsExactlyInAnyOrderElementsOf(MANY);
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Test
    void fewAreForcedInOrder() throws IOException {
        Queue<Integer> forced = new ConcurrentLinkedQueue<>();
        new Forces(8).each(MANY.subList(0, 31), forced::add);
        assertThat(forced).containsExactlyElementsOf(MANY.subList(0, 31));
    }

    @Test
    void aFailureEndsItAndIsTold() {
        for (int threads : new int[] {1, 8}) {
            assertThatThrownBy(() -> new Forces(threads).each(MANY, number -> {
                        if (number == 400) {
                            throw new IOException("no");
                        }
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no");
        }
    }
}
