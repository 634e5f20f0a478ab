package io.mainstem.runtime.worker;

import io.mainstem.api.Context;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.TopicPartition;
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.pipeline.SinkSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** A sink with a watch on each call. */
final class WatchedSink implements Sink {

    private final Sink sink;
    private final CallWatch watch;

    private WatchedSink(Sink sink, CallWatch watch) {
        this.sink = sink;
        this.watch = watch;
    }

    static Sink create(SinkSpec spec, Context context, CallWatch watch) throws Exception {
        watch.begin(ConnectorCall.CREATE);
        try {
            return new WatchedSink(spec.factory().create(spec.config(), context), watch);
        } finally {
            watch.end();
        }
    }

    /** What the connector declares for the options of the sink. */
    static DeliveryMode delivery(SinkSpec spec, CallWatch watch) {
        watch.begin(ConnectorCall.CAPABILITIES);
        try {
            return DeliveryMode.of(spec);
        } finally {
            watch.end();
        }
    }

    @Override
    public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext context) throws Exception {
        watch.begin(ConnectorCall.ASSIGN);
        try {
            return sink.assign(added, context);
        } finally {
            watch.end();
        }
    }

    @Override
    public void reset(Map<TopicPartition, SinkOffset> offsets) throws Exception {
        watch.begin(ConnectorCall.RESET);
        try {
            sink.reset(offsets);
        } finally {
            watch.end();
        }
    }

    @Override
    public void write(SinkBatch batch) throws Exception {
        watch.begin(ConnectorCall.WRITE);
        try {
            sink.write(batch);
        } finally {
            watch.end();
        }
    }

    @Override
    public void flush() throws Exception {
        watch.begin(ConnectorCall.FLUSH);
        try {
            sink.flush();
        } finally {
            watch.end();
        }
    }

    @Override
    public void revoke(Set<TopicPartition> gone) throws Exception {
        watch.begin(ConnectorCall.REVOKE);
        try {
            sink.revoke(gone);
        } finally {
            watch.end();
        }
    }

    @Override
    public void idle() throws Exception {
        watch.begin(ConnectorCall.IDLE);
        try {
            sink.idle();
        } finally {
            watch.end();
        }
    }

    @Override
    public void cancel() {
        sink.cancel();
    }

    @Override
    public void close() throws IOException {
        watch.begin(ConnectorCall.CLOSE);
        try {
            sink.close();
        } finally {
            watch.end();
        }
    }
}
