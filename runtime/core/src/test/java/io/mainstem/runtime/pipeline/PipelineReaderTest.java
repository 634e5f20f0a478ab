package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.TopicSettings.Cleanup;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.runtime.Golden;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.FailurePolicy.BadRecords;
import io.mainstem.runtime.pipeline.FailurePolicy.Retry;
import io.mainstem.runtime.pipeline.FailurePolicy.StopAbove;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a pipeline has, and mistakes in it at their places. */
final class PipelineReaderTest extends PipelineReaderCase {

    @Test
    void aPipelineHasWhatItsFileSays() throws IOException {
        PipelineSet.Valid set = (PipelineSet.Valid) PipelineReader.read(
                Golden.file(getClass(), "complete.yaml"),
                ExampleConnectors.catalog(),
                Map.of("DWH_PASSWORD", "s3cret"));

        Pipeline pipeline = set.pipelines().get(0);
        SourceSpec source = pipeline.sources().get(0);
        SinkSpec sink = pipeline.sinks().get(0);
        assertThat(pipeline.name()).isEqualTo("orders");
        assertThat(source.name()).isEqualTo("shop");
        assertThat(source.connector()).isEqualTo("file");
        assertThat(source.config().get(ExampleConnectors.PATH)).isEqualTo("in/orders.csv");
        assertThat(source.config().get(ExampleConnectors.TYPES))
                .containsExactly(Map.entry("id", "int64"), Map.entry("ok", "NO"));
        assertThat(source.config().get(ExampleConnectors.SKIP)).containsExactly(2L, 3L);
        assertThat(source.topic()).isEqualTo("orders");
        assertThat(source.schedule()).isEqualTo(ScheduleSpec.every(Duration.ofSeconds(10)));
        assertThat(source.onFailure())
                .isEqualTo(
                        new FailurePolicy(Retry.DEFAULT, new BadRecords.DeadLetters("orders.dead", Optional.empty())));
        assertThat(pipeline.topics().get(0).partitions()).isEqualTo(4);
        assertThat(pipeline.topics().get(0).key()).containsExactly("id");
        assertThat(pipeline.topics().get(0).codec()).isEqualTo(CodecKind.JSON);
        assertThat(pipeline.topics().get(0).settings().cleanup()).isEqualTo(Cleanup.COMPACT);
        assertThat(pipeline.topics().get(0).settings().compression()).isEqualTo(Compression.ZSTD);
        assertThat(pipeline.topics().get(0).settings().maxRecordBytes()).isEqualTo(1 << 20);
        assertThat(sink.config().get(ExampleConnectors.PASSWORD)).isEqualTo("s3cret");
        assertThat(sink.config().get(ExampleConnectors.TIMEOUT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(sink.topics()).containsExactly("orders", "orders.copy");
        assertThat(sink.onFailure())
                .isEqualTo(new FailurePolicy(
                        new Retry(Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofDays(1)),
                        new BadRecords.DeadLetters(
                                "orders.dead", Optional.of(new StopAbove(100, Duration.ofHours(1))))));
        assertThat(pipeline.group(sink)).isEqualTo("orders.warehouse");
        assertThat(set.warnings()).isEmpty();
    }

    @Test
    void badRecordsHaveATopicOfTheirPipelineAndALimitByShare() throws IOException {
        Pipeline pipeline = valid("""
                name: p
                sources: {in: {connector: file, options: {path: a.csv}}}
                sinks:
                  out:
                    connector: table
                    topics: p.a
                    options: {url: u}
                    on-failure: {bad-records: {to: dead-letters, stop-above: {share: 2.5%, within: 10m}}}
                """).pipelines().get(0);

        assertThat(pipeline.sinks().get(0).onFailure().badRecords())
                .isEqualTo(new BadRecords.DeadLetters(
                        "p.dead-letters",
                        Optional.of(new StopAbove(
                                Optional.empty(),
                                Optional.of(new FailurePolicy.Share(2.5, 1_000)),
                                Duration.ofMinutes(10)))));
    }

    @Test
    void everythingButNamesAndRequiredOptionsHasADefault() throws IOException {
        Pipeline pipeline = valid("""
                name: p
                sources: {in: {connector: file, options: {path: a.csv}}}
                sinks: {out: {connector: table, topics: p.a, options: {url: u}}}
                """).pipelines().get(0);

        SourceSpec source = pipeline.sources().get(0);
        assertThat(source.topic()).isEqualTo(SourceSpec.DEFAULT_TOPIC);
        assertThat(pipeline.topicOf(source, "a")).isEqualTo("p.a");
        assertThat(source.schedule()).isEqualTo(ScheduleSpec.once());
        assertThat(source.onFailure()).isEqualTo(FailurePolicy.DEFAULT);
        assertThat(source.config().get(ExampleConnectors.DELIMITER)).isEqualTo(",");
        assertThat(pipeline.topics()).containsExactly(TopicSpec.defaults("p.a"));
    }

    @Test
    void batchesHaveBoundsThatAPipelineMaySet() throws IOException {
        Pipeline pipeline = valid("""
                name: p
                sources: {in: {connector: file, options: {path: a.csv}, batch: {records: 500, time: 3s}}}
                sinks: {out: {connector: table, topics: p.a, options: {url: u}, batch: {bytes: 4MiB, linger: 10s}}}
                """).pipelines().get(0);

        assertThat(pipeline.sources().get(0).batch())
                .isEqualTo(new Batch(500, Batch.OF_SOURCE.bytes(), Duration.ofSeconds(3), Duration.ZERO));
        assertThat(pipeline.sinks().get(0).batch())
                .isEqualTo(new Batch(Batch.OF_SINK.records(), 4 << 20, Batch.OF_SINK.time(), Duration.ofSeconds(10)));
    }

    @Test
    void callsHaveDeadlinesThatAPipelineMaySet() throws IOException {
        Pipeline pipeline = valid("""
                name: p
                sources: {in: {connector: file, options: {path: a.csv}, deadlines: {poll: 10s, connect: 3s, finish: 1h}}}
                sinks: {out: {connector: table, topics: p.a, options: {url: u}, deadlines: {flush: 20m}}}
                """).pipelines().get(0);

        Deadlines none = Deadlines.DEFAULT;
        assertThat(pipeline.sources().get(0).onFailure().deadlines())
                .isEqualTo(new Deadlines(
                        Duration.ofSeconds(3),
                        none.discover(),
                        Duration.ofSeconds(10),
                        none.write(),
                        none.flush(),
                        Duration.ofHours(1),
                        none.close()));
        assertThat(pipeline.sinks().get(0).onFailure().deadlines())
                .isEqualTo(new Deadlines(
                        none.connect(),
                        none.discover(),
                        none.poll(),
                        none.write(),
                        Duration.ofMinutes(20),
                        none.finish(),
                        none.close()));
    }

    @Test
    void aSourceHasNoDeadlineOfASink() throws IOException {
        assertThat(problems("""
                name: p
                sources: {in: {connector: file, options: {path: a.csv}, deadlines: {flush: 10s}}}
                sinks: {out: {connector: table, topics: p.a, options: {url: u}, deadlines: {flsh: 0s}}}
                """)).isEqualTo("""
                a.yaml:2:69: 'deadlines' has no key 'flush'; there are connect, discover, poll, finish, close
                a.yaml:3:77: 'deadlines' has no key 'flsh'; did you mean 'flush'?""");
    }

    @Test
    void eitherSideMayBeMissingButNotBoth() throws IOException {
        assertThat(valid("name: p\nsinks: {out: {connector: table, topics: [t], options: {url: u}}}")
                        .warnings())
                .isEmpty();
        assertThat(problems("name: p"))
                .isEqualTo("a.yaml:1:1: a pipeline needs at least one entry in 'sources' or in 'sinks'");
    }

    @Test
    void aSectionHasOptionsOfItsOwnEachWithItsPlace() throws IOException {
        assertThat(problems("""
                name: p
                sources:
                  in:
                    connector: file
                    options:
                      path: a
                      parts:
                        one: {title: first, lines: 5}
                        two: {lines: many, titel: x}
                        three: [1]
                """)).isEqualTo("""
                a.yaml:9:14: 'parts.two' needs the option 'title', such as 'title: first'
                a.yaml:9:22: 'lines' must be a whole number, not 'many'
                a.yaml:9:28: 'parts.two' has no option 'titel'; did you mean 'title'?
                a.yaml:10:16: 'parts.three' must be a map of options, not a list""");
    }

    @Test
    void fiveMistakesAreReportedTogetherEachInItsPlace() throws IOException {
        PipelineSet set = PipelineReader.read(
                Golden.file(getClass(), "five-mistakes.yaml"), ExampleConnectors.catalog(), Map.of());

        String report = lines(((PipelineSet.Invalid) set).problems()) + "\n";
        Golden.check(getClass(), "five-mistakes.txt", report);
        assertThat(report.lines()).hasSize(5);
    }

    @Test
    void everyKindOfMistakeHasItsPlace() throws IOException {
        PipelineSet set =
                PipelineReader.read(Golden.file(getClass(), "mistakes.yaml"), ExampleConnectors.catalog(), Map.of());

        Golden.check(getClass(), "mistakes.txt", lines(((PipelineSet.Invalid) set).problems()) + "\n");
    }

    @Test
    void filesAreReadTogether() throws IOException {
        String sink = "sinks: {out: {connector: table, topics: [t], options: {url: u}}}\n";
        PipelineSet.Valid set = valid(Map.of(), "name: p\ntopics: {t: {partitions: 3}}\n" + sink, "name: q\n" + sink);
        assertThat(set.pipelines().get(1).topic("t").orElseThrow().partitions()).isEqualTo(3);

        assertThat(problems("name: p\ntopics: {t: {}}\n" + sink, "name: p\ntopics: {t: {}}\n" + sink))
                .contains("b.yaml:1:1: the pipeline 'p' is already in")
                .contains("b.yaml:2:10: the topic 't' is already declared in");
    }
}
