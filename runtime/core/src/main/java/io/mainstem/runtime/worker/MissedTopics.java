package io.mainstem.runtime.worker;

import io.mainstem.api.StreamSchema;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds topics that are not there although their sources have been read: they were deleted, or the pipeline names another one
 * now. They will be made, and lack what was read before.
 */
final class MissedTopics {

    private MissedTopics() {}

    /** A sentence for each; to be asked before topics are made. */
    static List<String> of(Log log, Positions positions, List<Pipeline> pipelines) {
        List<String> missed = new ArrayList<>();
        for (Pipeline pipeline : pipelines) {
            for (SourceSpec source : pipeline.sources()) {
                SourceState state = positions.load(pipeline.name(), source.name());
                if (!state.positions().isEmpty()) {
                    state.streams().forEach(stream -> add(missed, log, pipeline, source, stream));
                }
            }
        }
        return missed;
    }

    private static void add(List<String> missed, Log log, Pipeline pipeline, SourceSpec source, StreamSchema stream) {
        String topic = pipeline.topicOf(source, stream.name());
        // A stream whose topic can have no such name was never read, and its table may be gone.
        if (Pipeline.wrongTopic(topic).isEmpty() && log.admin().topic(topic).isEmpty()) {
            String name = pipeline.name() + "/" + source.name();
            missed.add("topic '" + topic + "' is new, and will not have what source '" + name
                    + "' has read before; to read all of it again: mainstem positions reset " + name);
        }
    }
}
