package io.mainstem.runtime.pipeline;

/** Reads {@code deadlines}. */
final class DeadlinesReader {

    private static final Deadlines DEFAULT = Deadlines.DEFAULT;

    private DeadlinesReader() {}

    static Deadlines ofSource(SectionReader source) {
        SectionReader section = source.nested(PipelineFormat.SOURCE_DEADLINES);
        return new Deadlines(
                section.value(PipelineFormat.CONNECT).orElse(DEFAULT.connect()),
                section.value(PipelineFormat.DISCOVER).orElse(DEFAULT.discover()),
                section.value(PipelineFormat.POLL).orElse(DEFAULT.poll()),
                DEFAULT.write(),
                DEFAULT.flush(),
                section.value(PipelineFormat.FINISH).orElse(DEFAULT.finish()),
                section.value(PipelineFormat.CLOSE).orElse(DEFAULT.close()));
    }

    static Deadlines ofSink(SectionReader sink) {
        SectionReader section = sink.nested(PipelineFormat.SINK_DEADLINES);
        return new Deadlines(
                section.value(PipelineFormat.CONNECT).orElse(DEFAULT.connect()),
                DEFAULT.discover(),
                DEFAULT.poll(),
                section.value(PipelineFormat.WRITE).orElse(DEFAULT.write()),
                section.value(PipelineFormat.FLUSH).orElse(DEFAULT.flush()),
                DEFAULT.finish(),
                section.value(PipelineFormat.CLOSE).orElse(DEFAULT.close()));
    }
}
