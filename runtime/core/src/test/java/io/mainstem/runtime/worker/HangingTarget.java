package io.mainstem.runtime.worker;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.TopicPartition;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A target in memory of which the first sinks hang in one call, as long as the test wants, whatever cancels or interrupts
 * them. What they do when they come back goes through to the target that is behind.
 */
final class HangingTarget implements SinkFactory {

    private final MemoryTarget target;
    private final ConnectorCall where;
    private final AtomicInteger hangs;
    private final boolean endsByCancel;
    final CountDownLatch released = new CountDownLatch(1);
    final Semaphore hung = new Semaphore(0);
    final Semaphore returned = new Semaphore(0);
    final AtomicInteger created = new AtomicInteger();

    HangingTarget(MemoryTarget target, ConnectorCall where, int hangs) {
        this(target, where, hangs, false);
    }

    private HangingTarget(MemoryTarget target, ConnectorCall where, int hangs, boolean endsByCancel) {
        this.target = target;
        this.where = where;
        this.hangs = new AtomicInteger(hangs);
        this.endsByCancel = endsByCancel;
    }

    /** The same, but each hanging call ends with an exception when it is cancelled. */
    HangingTarget endsByCancel() {
        return new HangingTarget(target, where, hangs.get(), true);
    }

    @Override
    public String name() {
        return "hanging";
    }

    @Override
    public String summary() {
        return "Hangs";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Capabilities capabilities(Config config) {
        return target.capabilities(config);
    }

    @Override
    public Sink create(Config config, Context context) {
        created.incrementAndGet();
        Hanging sink = new Hanging(target.create(config, context));
        sink.at(ConnectorCall.CREATE);
        return sink;
    }

    private final class Hanging implements Sink {
        private final Sink sink;
        private final CountDownLatch cancelled = new CountDownLatch(1);

        Hanging(Sink sink) {
            this.sink = sink;
        }

        void at(ConnectorCall call) {
            if (call != where || hangs.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                return;
            }
            hung.release();
            awaitWhateverComes(endsByCancel ? cancelled : released);
            returned.release();
            if (endsByCancel) {
                throw new IllegalStateException("cancelled");
            }
        }

        private void awaitWhateverComes(CountDownLatch latch) {
            while (latch.getCount() > 0) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    // as a driver that waits for its socket does, it waits on
                }
            }
        }

        @Override
        public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext context) throws Exception {
            at(ConnectorCall.ASSIGN);
            return sink.assign(added, context);
        }

        @Override
        public void write(SinkBatch batch) throws Exception {
            at(ConnectorCall.WRITE);
            sink.write(batch);
        }

        @Override
        public void flush() throws Exception {
            at(ConnectorCall.FLUSH);
            sink.flush();
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void close() throws IOException {
            at(ConnectorCall.CLOSE);
            sink.close();
        }
    }
}
