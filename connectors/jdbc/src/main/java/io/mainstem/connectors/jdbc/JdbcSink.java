package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sink: a {@link Session} from the first assignment on. One thread at a time, but for {@link #cancel}. */
final class JdbcSink implements Sink, Plannable, Scannable {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Context context;
    private final SinkPreview preview;
    private volatile @Nullable Session session;

    JdbcSink(SinkSettings settings, Dialect dialect, Context context) {
        this.settings = settings;
        this.dialect = dialect;
        this.context = context;
        this.preview = new SinkPreview(settings, dialect, context);
    }

    @Override
    public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext sinkContext) {
        Session open = session;
        if (open == null) {
            open = Session.open(settings, context, dialect);
            session = open;
        }
        return open.assign(added, sinkContext);
    }

    @Override
    public Plan plan(StreamSchema topic) {
        return preview.of(topic);
    }

    @Override
    public SplitReader scan(Scan what) {
        return new SinkScan(settings, dialect, context).open(what);
    }

    @Override
    public Map<String, String> omitted(Scan what) {
        return new SinkScan(settings, dialect, context).omitted(what);
    }

    @Override
    public void reset(Map<TopicPartition, SinkOffset> offsets) {
        open().reset(offsets);
    }

    @Override
    public void write(SinkBatch batch) {
        open().write(batch);
    }

    @Override
    public void flush() {
        open().flush();
    }

    @Override
    public void revoke(Set<TopicPartition> gone) {
        open().revoke(gone);
    }

    private Session open() {
        Session open = session;
        if (open == null) {
            throw new IllegalStateException("no partition was assigned");
        }
        return open;
    }

    @Override
    public void idle() {
        open().idle();
    }

    @Override
    public void cancel() {
        Session open = session;
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public void close() {
        Session open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }
}
