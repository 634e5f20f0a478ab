package io.mainstem.runtime.transform;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sends sample messages through steps and keeps what each step was given and gave. It writes nothing and reads nothing but the tables
 * of its context.
 */
public final class StepTrace {

    private StepTrace() {}

    /**
     * What one message became.
     *
     * @param input the message
     * @param passes what each step did, in order; with several messages, a step has a pass for each
     * @param output what came out of the last step; empty when a step failed
     * @param failure why it is a bad record
     */
    public record Traced(Message input, List<Pass> passes, List<Message> output, Optional<String> failure) {

        /** Copies the lists. */
        public Traced {
            passes = List.copyOf(passes);
            output = List.copyOf(output);
        }
    }

    /**
     * One message in front of and behind one step.
     *
     * @param step the step's name
     * @param before what it was given
     * @param after what it gave
     * @param failure why it failed
     */
    public record Pass(String step, Message before, List<Message> after, Optional<String> failure) {}

    /**
     * Sends messages through steps in their order.
     *
     * @param stream the stream in front of the first step, with the schema of the rows
     * @throws Exception when a step cannot be made or does not go with the stream
     */
    public static List<Traced> run(
            List<StepSpec> steps, StreamSchema stream, List<Message> messages, StepContext context) throws Exception {
        List<Traced> all = new ArrayList<>();
        try (Chain chain = Chain.open(steps, stream.name(), context)) {
            chain.output(stream);
            for (Message message : messages) {
                if (message.value() instanceof Row row && !chain.knows(message)) {
                    chain.output(StreamSchema.of(stream.name(), row.schema(), stream.key()));
                }
                all.add(trace(chain, message));
            }
        }
        return all;
    }

    /** A context for steps that look nothing up. */
    public static StepContext offline() {
        return new NoContext();
    }

    private static Traced trace(Chain chain, Message message) throws Exception {
        Passes passes = new Passes();
        try {
            List<Message> output = chain.apply(message, passes);
            return new Traced(message, passes.all, output, Optional.empty());
        } catch (StepFailure e) {
            return new Traced(message, passes.all, List.of(), Optional.ofNullable(e.getMessage()));
        }
    }

    /** Keeps passes. */
    private static final class Passes implements Chain.Watcher {
        private final List<Pass> all = new ArrayList<>();

        @Override
        public void step(StepSpec step, Message in, List<Message> out) {
            all.add(new Pass(step.name(), in, out, Optional.empty()));
        }

        @Override
        public void failed(StepSpec step, Message in, StepFailure why) {
            all.add(new Pass(step.name(), in, List.of(), Optional.ofNullable(why.getMessage())));
        }
    }
}
