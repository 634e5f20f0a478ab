package io.mainstem.runtime.compare;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.scan.Key;
import java.util.List;
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
        Rows rows = new Rows(taker, stream.key());
        Scans.read(spec.factory(), sink, Scan.of(stream), rows);
    }

    /** Takes the rows of the target. */
    private static final class Rows implements Scans.Taker {
        private final Taker taker;
        private final List<String> key;
        private final RowKeys keys;
        private boolean isFirst = true;

        Rows(Taker taker, List<String> key) {
            this.taker = taker;
            this.key = key;
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
                    throw new IncomparableException("the target has no column for the key field '" + field + "'");
                }
            }
            taker.fields(row.schema().fields().stream().map(Field::name).collect(Collectors.toSet()));
        }

        @Override
        public void bad(String why) {
            taker.unreadable(why);
        }
    }
}
