package io.mainstem.runtime.worker;

import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.pipeline.Inflow;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.transform.KnownStream;
import io.mainstem.runtime.transform.StepMistakes;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Looks whether the steps of a source, and of the sinks of its pipeline behind it, go with the streams that it has found, before a
 * record of them is published. Sinks count for streams that are new alone: where records are, a sink that does not go with them must
 * not keep its source, and so the other sinks, from going on.
 */
final class FieldCheck {

    private final Pipeline pipeline;
    private final SourceSpec source;

    FieldCheck(Pipeline pipeline, SourceSpec source) {
        this.pipeline = pipeline;
        this.source = source;
    }

    /**
     * Looks.
     *
     * @param isNew whether nothing was read of a stream so far
     * @throws StopException with all that is wrong, each with its place in the file
     */
    void check(Collection<StreamSchema> streams, Predicate<StreamSchema> isNew) {
        StepMistakes mistakes = new StepMistakes();
        for (StreamSchema stream : streams) {
            KnownStream behind = mistakes.look(source.transforms(), KnownStream.complete(stream), owner(stream));
            if (isNew.test(stream)) {
                List<Inflow> inflows = Inflow.of(pipeline, source, behind);
                pipeline.sinks().forEach(sink -> look(sink, inflows, mistakes));
            }
        }
        mistakes.throwAny();
    }

    private void look(SinkSpec sink, List<Inflow> inflows, StepMistakes mistakes) {
        for (String topic : pipeline.selection(sink).in(Inflow.topics(inflows))) {
            for (Inflow inflow : Inflow.into(topic, inflows)) {
                look(sink, inflow.at(pipeline, topic), "topic '" + topic + "'", mistakes);
            }
        }
        for (Inflow inflow : Inflow.meeting(pipeline.selection(sink).patterns(), inflows)) {
            look(sink, inflow.atAny(pipeline), "topics '" + inflow.shownTopic() + "'", mistakes);
        }
    }

    private static void look(SinkSpec sink, KnownStream known, String topics, StepMistakes mistakes) {
        mistakes.look(sink.transforms(), known, "sink '" + sink.name() + "', " + topics);
    }

    private String owner(StreamSchema stream) {
        return "source '" + source.name() + "', stream '" + stream.name() + "'";
    }
}
