package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.worker.TaskStatus.Side;
import java.nio.file.Path;
import java.util.List;

/**
 * All that a task does follows from: a task whose definition is as before need not be started anew.
 *
 * @param pipeline the name of its pipeline
 * @param file from whose folder relative paths start
 * @param topics what the pipeline says of topics
 * @param side whether it is a source
 * @param name its name in the pipeline
 * @param spec what the pipeline says of it: a {@link SourceSpec} or a {@link SinkSpec}
 */
record Definition(String pipeline, Path file, List<TopicSpec> topics, Side side, String name, Object spec) {

    static Definition of(Pipeline pipeline, SourceSpec source) {
        return new Definition(pipeline.name(), pipeline.file(), pipeline.topics(), Side.SOURCE, source.name(), source);
    }

    static Definition of(Pipeline pipeline, SinkSpec sink) {
        return new Definition(pipeline.name(), pipeline.file(), pipeline.topics(), Side.SINK, sink.name(), sink);
    }
}
