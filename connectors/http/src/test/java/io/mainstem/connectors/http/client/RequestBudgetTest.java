package io.mainstem.connectors.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The rate holds where the server counts, however long requests are on their way. */
final class RequestBudgetTest {

    private static final long MILLIS = 1_000_000;

    private final AtomicLong now = new AtomicLong();

    private RequestBudget budget(String rate) {
        return new RequestBudget(Optional.of(Rate.parse(rate)), now::get);
    }

    /** Takes a request, or says for how long there is none. */
    private static Duration take(RequestBudget budget) {
        return budget.take().map(Wait::time).orElse(Duration.ZERO);
    }

    /** When the server sees requests of clients that send as fast as they may. */
    private List<Long> arrivals(RequestBudget budget, int requests, int clients, Random random) {
        List<Long> arrivals = new ArrayList<>();
        PriorityQueue<Long> answers = new PriorityQueue<>();
        while (arrivals.size() < requests) {
            Duration wait = answers.size() < clients ? take(budget) : Duration.ofDays(1);
            if (wait.isZero()) {
                long onTheWay = random.nextInt(4) == 0 ? random.nextLong(900 * MILLIS) : random.nextLong(MILLIS);
                arrivals.add(now.get() + onTheWay);
                answers.add(now.get() + onTheWay + random.nextLong(50 * MILLIS));
                continue;
            }
            long next = now.get() + wait.toNanos();
            if (!answers.isEmpty() && answers.element() <= next) {
                now.set(answers.remove());
                budget.end();
            } else {
                now.set(next);
            }
        }
        Collections.sort(arrivals);
        return arrivals;
    }

    @Test
    void noPeriodAtTheServerHasMoreThanTheRate() {
        long seed = System.nanoTime();
        for (int clients : new int[] {1, 4, 30}) {
            List<Long> arrivals = arrivals(budget("10/s"), 500, clients, new Random(seed));
            for (int i = 10; i < arrivals.size(); i++) {
                assertThat(arrivals.get(i) - arrivals.get(i - 10))
                        .as("seed %s, %s clients, from request %s", seed, clients, i - 10)
                        .isGreaterThanOrEqualTo(1000 * MILLIS);
            }
        }
    }

    @Test
    void whatCannotBeHeldBackCounts() {
        RequestBudget budget = budget("2/s");
        assertThat(take(budget)).isZero();
        budget.begin();
        assertThat(take(budget)).isEqualTo(Duration.ofSeconds(1));
        budget.end();
        now.addAndGet(300 * MILLIS);
        budget.end();
        assertThat(take(budget)).isEqualTo(Duration.ofMillis(700));
        now.addAndGet(700 * MILLIS);
        assertThat(take(budget)).isZero();
        assertThat(take(budget)).isEqualTo(Duration.ofMillis(300));
    }
}
