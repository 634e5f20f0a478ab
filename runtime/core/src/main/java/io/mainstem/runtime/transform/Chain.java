package io.mainstem.runtime.transform;

import io.mainstem.api.Message;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Transform;
import io.mainstem.runtime.plugin.PluginClassLoading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one stream of a source, or of one topic of a sink. Not thread-safe, but for {@link #cancel}.
 *
 * <p>The messages that come of one are all there are, or none: when a step fails for one of them, none is given out. They are
 * numbered by {@link Message#index()} where they have a place in a log.
 */
public final class Chain implements AutoCloseable {

    /** The most messages that one may become. */
    public static final int CHILDREN_MAX = 100_000;

    private static final int SCHEMAS_MAX = 1_000;

    private final String stream;
    private final List<Stage> stages;
    private final IdentityHashMap<Schema, List<StreamSchema>> outputs = new IdentityHashMap<>();
    private List<Message> from = new ArrayList<>();
    private List<Message> to = new ArrayList<>();
    private @Nullable Schema last;

    private Chain(String stream, List<Stage> stages) {
        this.stream = stream;
        this.stages = stages;
    }

    /** Sees what each step makes of a message. */
    public interface Watcher {
        /** What a step was given and gave. */
        void step(StepSpec step, Message in, List<Message> out);

        /** A step failed for a message. */
        void failed(StepSpec step, Message in, StepFailure why);
    }

    /**
     * Makes the steps that apply to a stream.
     *
     * @throws Exception when one cannot be made
     */
    public static Chain open(List<StepSpec> steps, String stream, StepContext context) throws Exception {
        List<Stage> stages = new ArrayList<>();
        Chain chain = new Chain(stream, stages);
        try {
            for (int i = 0; i < steps.size(); i++) {
                StepSpec step = steps.get(i);
                if (step.appliesTo(stream)) {
                    Transform made = PluginClassLoading.with(
                            step.factory(), () -> step.factory().create(step.config(), context));
                    stages.add(new Stage(step, i + 1, made));
                }
            }
            return chain;
        } catch (Exception | Error e) {
            chain.close();
            throw e;
        }
    }

    /** Whether one of the steps is a plugin's, of which nobody knows how long it takes. */
    public static boolean callsPlugins(List<StepSpec> steps) {
        return steps.stream().anyMatch(step -> !(step.factory() instanceof StepFactory));
    }

    /** Whether messages go through as they are. */
    public boolean isEmpty() {
        return stages.isEmpty();
    }

    /**
     * What comes out of the last step when rows of a schema go into the first.
     *
     * @throws StopException when a step does not go with it, with the step's place in the file
     */
    public List<StreamSchema> output(StreamSchema in) throws Exception {
        if (outputs.size() >= SCHEMAS_MAX) {
            outputs.clear();
        }
        List<StreamSchema> streams = List.of(in);
        for (Stage stage : stages) {
            List<StreamSchema> next = new ArrayList<>();
            for (StreamSchema each : streams) {
                next.addAll(output(stage, each));
            }
            streams = List.copyOf(next);
        }
        outputs.put(in.schema(), streams);
        last = in.schema();
        return streams;
    }

    private List<StreamSchema> output(Stage stage, StreamSchema in) throws Exception {
        try {
            return stage.output(in);
        } catch (StepException e) {
            throw stop(stage, in, e);
        }
    }

    /** What is wrong with a step, and with those behind it as far as that can be told. */
    private StopException stop(Stage wrong, StreamSchema in, StepException why) {
        List<Stage> rest = stages.subList(stages.indexOf(wrong) + 1, stages.size());
        StringBuilder words = new StringBuilder(wrong.words(why.problems()));
        KnownStream behind = StepCheck.behind(wrong.step, KnownStream.complete(in));
        List<StepCheck.Finding> findings = StepCheck.check(
                        rest.stream().map(stage -> stage.step).toList(), behind)
                .findings();
        for (int i = 0; i < rest.size(); i++) {
            int number = i;
            List<StepProblem> problems = findings.stream()
                    .filter(finding -> finding.step() == number)
                    .map(StepCheck.Finding::problem)
                    .toList();
            if (!problems.isEmpty()) {
                words.append("; ").append(rest.get(i).words(problems));
            }
        }
        return new StopException(
                "transform.schema",
                words + ", stream '" + in.name() + "'",
                "correct " + (findings.isEmpty() ? "the step" : "the steps") + "; the fields in front of "
                        + wrong.describe() + " are " + in.schema());
    }

    /**
     * The first step of which it is not certain that each row comes out of it as one row of the same key, or not at all; {@link #output}
     * was called for the stream.
     */
    public Optional<String> changesKey(List<String> key) {
        return stages.stream()
                .filter(stage -> !(stage.transform instanceof Step step && step.keeps(key)))
                .map(Stage::describe)
                .findFirst();
    }

    /** Whether every message is given a topic by a step. */
    public boolean choosesTopics() {
        return stages.stream().anyMatch(stage -> stage.transform instanceof RouteStep);
    }

    /** Whether {@link #output} was called for the rows of a message. */
    public boolean knows(Message message) {
        if (!(message.value() instanceof Row row)) {
            return !outputs.isEmpty();
        }
        if (isLast(row.schema())) {
            return true;
        }
        if (outputs.containsKey(row.schema())) {
            last = row.schema();
            return true;
        }
        return false;
    }

    @SuppressWarnings("ReferenceEquality") // a schema is shared by its rows: another instance is looked up
    private boolean isLast(Schema schema) {
        return schema == last;
    }

    /**
     * Sends a message through the steps; {@link #output} was called for its schema.
     *
     * @return what comes of it; valid until the next call
     * @throws StepFailure when a step cannot transform it
     * @throws Exception when the session must end: see {@link Transform}
     */
    public List<Message> apply(Message message) throws Exception {
        return apply(message, null);
    }

    /** The same under the eyes of somebody. */
    public List<Message> apply(Message message, @Nullable Watcher watcher) throws Exception {
        from.clear();
        from.add(message);
        for (Stage stage : stages) {
            to.clear();
            for (int i = 0; i < from.size(); i++) {
                stage.apply(from.get(i), to, watcher);
            }
            if (to.size() > 1 && message.partition() != null) {
                number(to, message.partition(), message.offset());
            }
            List<Message> swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    private static void number(List<Message> children, TopicPartition partition, long offset) {
        for (int i = 0; i < children.size(); i++) {
            Message child = children.get(i);
            if (child.index() != i || child.offset() != offset || !Objects.equals(child.partition(), partition)) {
                children.set(i, child.withOrigin(partition, offset, i));
            }
        }
    }

    /** Ends what a step waits for; any thread. */
    public void cancel() {
        stages.forEach(stage -> stage.transform.cancel());
    }

    /** Closes every step; what fails there is told to the caller after all are closed. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Stage stage : stages) {
            try {
                stage.transform.close();
            } catch (IOException | RuntimeException e) {
                IOException failed = new IOException("closing the step '" + stage.step.name() + "' failed", e);
                if (failure == null) {
                    failure = failed;
                } else {
                    failure.addSuppressed(failed);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The stream or topic. */
    @Override
    public String toString() {
        return stream + " through " + stages.size() + " steps";
    }

    /** One step with what it gives out. */
    private static final class Stage {
        private final StepSpec step;
        private final int number;
        private final Transform transform;
        private final boolean isOurs;

        Stage(StepSpec step, int number, Transform transform) {
            this.step = step;
            this.number = number;
            this.transform = transform;
            this.isOurs = step.factory() instanceof StepFactory;
        }

        List<StreamSchema> output(StreamSchema in) throws Exception {
            try {
                List<StreamSchema> out = PluginClassLoading.with(step.factory(), () -> transform.output(in));
                if (out.isEmpty()) {
                    throw new IllegalStateException("it names no stream that comes out of it");
                }
                return out;
            } catch (StepException | StopException | RetryException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new StopException(
                        "transform.schema",
                        place(StepProblem.at("", "")) + describe() + " does not go with stream '" + in.name() + "': "
                                + e,
                        "the fields are " + in.schema());
            }
        }

        String words(List<StepProblem> problems) {
            return problems.stream()
                            .map(problem -> place(problem) + problem.message())
                            .collect(Collectors.joining("; "))
                    + " (" + describe() + ")";
        }

        private String place(StepProblem problem) {
            String place = step.places().place(problem);
            return place.isEmpty() ? "" : place + ": ";
        }

        private String describe() {
            return "step " + number + " '" + step.name() + "'";
        }

        void apply(Message in, List<Message> out, @Nullable Watcher watcher) throws Exception {
            int before = out.size();
            try {
                Consumer<Message> taking = message -> take(message, out);
                if (isOurs) {
                    transform.apply(in, taking);
                } else {
                    applyPlugin(in, taking);
                }
            } catch (StopException | RetryException | InterruptedException e) {
                throw e;
            } catch (Exception | StackOverflowError e) {
                StepFailure failure = failure(e);
                if (watcher != null) {
                    watcher.failed(step, in, failure);
                }
                throw failure;
            }
            if (watcher != null) {
                watcher.step(step, in, List.copyOf(out.subList(before, out.size())));
            }
        }

        private void applyPlugin(Message in, Consumer<Message> out) throws Exception {
            PluginClassLoading.with(step.factory(), () -> {
                transform.apply(in, out);
                return out;
            });
        }

        private static void take(Message message, List<Message> out) {
            if (out.size() >= CHILDREN_MAX) {
                throw new RecordProblem("one record would become more than " + CHILDREN_MAX);
            }
            out.add(Objects.requireNonNull(message, "a step gave null instead of a message"));
        }

        private StepFailure failure(Throwable thrown) {
            boolean planned = thrown instanceof RecordProblem || thrown instanceof IllegalArgumentException;
            String message = thrown.getMessage();
            String words =
                    message == null || message.isBlank() ? thrown.getClass().getName() : message;
            return new StepFailure(describe() + ": " + words, planned && isOurs ? null : thrown);
        }
    }
}
