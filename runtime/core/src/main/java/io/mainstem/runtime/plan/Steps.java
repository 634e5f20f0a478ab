package io.mainstem.runtime.plan;

import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.plan.RowSample.Bad;
import io.mainstem.runtime.transform.Chain;
import io.mainstem.runtime.transform.StepContext;
import io.mainstem.runtime.transform.StepFailure;
import io.mainstem.runtime.transform.StepSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What stands between a source and its topics, or between a topic and its sink, with what it did to each row. One thread. */
final class Steps implements AutoCloseable {

    private final Chain chain;
    private final Masked masked;
    private final List<Message> out = new ArrayList<>();
    private final List<StepTrace> traces = new ArrayList<>();
    private final List<Bad> bad = new ArrayList<>();
    private final Watching watching = new Watching();

    private Steps(Chain chain, Masked masked) {
        this.chain = chain;
        this.masked = masked;
    }

    /**
     * The steps that apply to a stream or topic.
     *
     * @throws Exception when one cannot be made
     */
    static Steps open(List<StepSpec> steps, String stream, StepContext context, Masked masked) throws Exception {
        return new Steps(Chain.open(steps, stream, context), masked);
    }

    /** Whether a step chooses a topic for every row. */
    boolean chooseTopics() {
        return chain.choosesTopics();
    }

    /**
     * What comes out when this goes in.
     *
     * @throws io.mainstem.api.StopException when a step does not go with it
     */
    List<StreamSchema> output(StreamSchema in) throws Exception {
        return chain.isEmpty() ? List.of(in) : chain.output(in);
    }

    /** Sends rows of that stream through. Records of before another schema are prepared for as they come. */
    void apply(StreamSchema stream, List<Message> rows) throws Exception {
        for (Message row : rows) {
            if (chain.isEmpty()) {
                out.add(row);
                continue;
            }
            if (!chain.knows(row) && row.value() instanceof Row value) {
                chain.output(StreamSchema.of(
                        stream.name(),
                        value.schema(),
                        stream.key().stream()
                                .filter(name -> value.schema().indexOf(name) >= 0)
                                .toList()));
            }
            apply(row);
        }
    }

    private void apply(Message row) throws Exception {
        try {
            List<Message> made = chain.apply(row, watching);
            Optional<String> wrong = made.stream()
                    .flatMap(message -> topic(message).stream())
                    .flatMap(topic -> Pipeline.wrongChoice(topic).stream())
                    .findFirst();
            if (wrong.isPresent()) {
                bad.add(new Bad("a row", wrong.get()));
            } else {
                out.addAll(made);
            }
        } catch (StepFailure e) {
            bad.add(new Bad("a row", masked.text(String.valueOf(e.getMessage()))));
        }
    }

    /** What came out. */
    List<Message> out() {
        return out;
    }

    /** The topic that a step has chosen for a message, if one has. */
    static Optional<String> topic(Message message) {
        return message.headers().stream()
                .filter(header -> header.name().equals(Transform.TOPIC_HEADER))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .findFirst();
    }

    List<StepTrace> traces() {
        return traces;
    }

    /** The rows for which a step failed. */
    List<Bad> bad() {
        return bad;
    }

    @Override
    public void close() throws IOException {
        chain.close();
    }

    /** Notes what each step does. */
    private final class Watching implements Chain.Watcher {
        @Override
        public void step(StepSpec step, Message in, List<Message> made) {
            traces.add(new StepTrace(step.name(), in, made, Optional.empty()));
        }

        @Override
        public void failed(StepSpec step, Message in, StepFailure why) {
            traces.add(new StepTrace(
                    step.name(), in, List.of(), Optional.of(masked.text(String.valueOf(why.getMessage())))));
        }
    }
}
