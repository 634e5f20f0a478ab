package io.mainstem.runtime.compare;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.scan.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a sink's target has of a topic. */
final class SinkSide implements Side {

    private final SinkSpec spec;
    private final Scannable sink;
    private final StreamSchema stream;

    /**
     * A target.
     *
     * @param stream the fields and the key of what the sink is given
     */
    SinkSide(SinkSpec spec, Scannable sink, StreamSchema stream) {
        this.spec = spec;
        this.sink = sink;
        this.stream = stream;
    }

    @Override
    public String name() {
        return "target of sink " + spec.name();
    }

    @Override
    public void read(Taker taker) throws Exception {
        Scan scan = Scan.of(stream);
        Map<String, String> omitted = PluginClassLoading.with(spec.factory(), () -> sink.omitted(scan));
        Scans.read(spec.factory(), sink, scan, new Rows(taker, stream.key(), omitted));
    }

    /** Takes the rows of the target. */
    private static final class Rows implements Scans.Taker {
        private final Taker taker;
        private final List<String> key;
        private final Map<String, String> omitted;
        private final RowKeys keys;
        private boolean isFirst = true;

        Rows(Taker taker, List<String> key, Map<String, String> omitted) {
            this.taker = taker;
            this.key = key;
            this.omitted = omitted;
            this.keys = new RowKeys(key);
        }

        @Override
        public void row(Row row) throws Exception {
            if (isFirst) {
                isFirst = false;
                first(row);
            }
            Optional<Key> found = keys.of(row);
            if (found.isPresent()) {
                taker.take(found.get(), row);
            } else {
                taker.unreadable(RowKeys.WITHOUT);
            }
        }

        private void first(Row row) throws IncomparableException {
            for (String field : key) {
                if (row.schema().indexOf(field) < 0) {
                    String why = omitted.getOrDefault(field, "the target does not have it");
                    throw new IncomparableException("the key field '" + field + "' is not in the target: " + why);
                }
            }
            taker.fields(row.schema().fields().stream().map(Field::name).collect(Collectors.toSet()), omitted);
        }

        @Override
        public void bad(String why) {
            taker.unreadable(why);
        }
    }
}
