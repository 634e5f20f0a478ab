package io.mainstem.runtime.worker;

import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.Emitter;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.runtime.pipeline.SourceSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** A source and its readers, with a watch on each call. */
final class WatchedSource implements Source {

    private final Source source;
    private final CallWatch watch;

    private WatchedSource(Source source, CallWatch watch) {
        this.source = source;
        this.watch = watch;
    }

    static WatchedSource create(SourceSpec spec, Context context, CallWatch watch) throws Exception {
        watch.begin(ConnectorCall.CREATE);
        try {
            return new WatchedSource(spec.factory().create(spec.config(), context), watch);
        } finally {
            watch.end();
        }
    }

    @Override
    public Discovery discover(KnownSplits known) throws Exception {
        watch.begin(ConnectorCall.DISCOVER);
        try {
            return source.discover(known);
        } finally {
            watch.end();
        }
    }

    @Override
    public SplitReader open(Split split, Map<String, Position> stored, ReaderContext context) throws Exception {
        watch.begin(ConnectorCall.OPEN);
        try {
            return new Reader(source.open(split, stored, context), watch);
        } finally {
            watch.end();
        }
    }

    /** Whether it can give its keys. */
    boolean isScannable() {
        return source instanceof Scannable;
    }

    /** Opens a scan of a source that can. */
    SplitReader scan(Scan what) throws Exception {
        watch.begin(ConnectorCall.OPEN);
        try {
            return new Reader(((Scannable) source).scan(what), watch);
        } finally {
            watch.end();
        }
    }

    @Override
    public void finished(Split split, Position last) throws Exception {
        watch.begin(ConnectorCall.FINISHED);
        try {
            source.finished(split, last);
        } finally {
            watch.end();
        }
    }

    @Override
    public void close() throws IOException {
        watch.begin(ConnectorCall.CLOSE);
        try {
            source.close();
        } finally {
            watch.end();
        }
    }

    private record Reader(SplitReader reader, CallWatch watch) implements SplitReader {

        @Override
        public Poll poll(Emitter out, Duration maxWait) throws Exception {
            watch.begin(ConnectorCall.POLL);
            try {
                return reader.poll(out, maxWait);
            } finally {
                watch.end();
            }
        }

        @Override
        public void cancel() {
            reader.cancel();
        }

        @Override
        public void close() throws IOException {
            watch.begin(ConnectorCall.CLOSE);
            try {
                reader.close();
            } finally {
                watch.end();
            }
        }
    }
}
