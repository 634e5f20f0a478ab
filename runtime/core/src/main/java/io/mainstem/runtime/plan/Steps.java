package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import io.mainstem.api.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/** What stands between a source and its topics, or between a topic and its sink, with what it did to each row. One thread. */
final class Steps implements AutoCloseable {

    private final List<Message> out = new ArrayList<>();
    private final List<StepTrace> traces = new ArrayList<>();

    /** Nothing stands there. */
    static Steps none() {
        return new Steps();
    }

    /** What comes out when this goes in. */
    List<StreamSchema> output(StreamSchema in) {
        return List.of(in);
    }

    /** Sends rows through. */
    void apply(List<Message> rows) {
        out.addAll(rows);
    }

    List<Message> out() {
        return out;
    }

    List<StepTrace> traces() {
        return traces;
    }

    @Override
    public void close() {}
}
