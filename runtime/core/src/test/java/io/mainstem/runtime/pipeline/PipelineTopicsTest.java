package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Cleanup;
import io.mainstem.runtime.codec.CodecKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Topics: their settings, and those that a sink reads, by name or by pattern. */
final class PipelineTopicsTest extends PipelineReaderCase {

    @Test
    void aTopicSaysWhatItKeeps() throws IOException {
        Pipeline pipeline = valid("""
                name: p
                sources: {in: {connector: file, topic: t, options: {path: a.csv}}}
                topics: {t: {retention: 7d, retention-size: 10GiB, keep-unread: false, segment-time: 1h}}
                """).pipelines().get(0);

        assertThat(pipeline.topics().get(0).settings())
                .isEqualTo(TopicSettings.defaults().toBuilder()
                        .retentionMillis(Duration.ofDays(7).toMillis())
                        .retentionBytes(10L << 30)
                        .keepUnread(false)
                        .segmentMillis(Duration.ofHours(1).toMillis())
                        .build());
    }

    @Test
    void aTopicSaysHowItIsCompacted() throws IOException {
        Pipeline pipeline = valid("""
                name: p
                sources: {in: {connector: file, topic: t, options: {path: a.csv}}}
                topics: {t: {cleanup: compact-delete, retention: 7d, delete-retention: 2d, min-compaction-lag: 1h,
                    max-compaction-lag: 2h, min-cleanable-ratio: 0.25}}
                """).pipelines().get(0);

        assertThat(pipeline.topics().get(0).settings())
                .isEqualTo(TopicSettings.defaults().toBuilder()
                        .cleanup(Cleanup.COMPACT_DELETE)
                        .retentionMillis(Duration.ofDays(7).toMillis())
                        .deleteRetentionMillis(Duration.ofDays(2).toMillis())
                        .minCompactionLagMillis(Duration.ofHours(1).toMillis())
                        .maxCompactionLagMillis(Duration.ofHours(2).toMillis())
                        .minCleanableRatio(0.25)
                        .build());
        assertThat(problems("""
                name: p
                sources: {in: {connector: file, topic: t, options: {path: a.csv}}}
                topics: {t: {cleanup: compact, min-compaction-lag: 2h, max-compaction-lag: 1h}}
                """)).isEqualTo("a.yaml:3:56: 'max-compaction-lag' is less than 'min-compaction-lag'");
    }

    @Test
    void retentionMeansNothingInACompactedTopic() throws IOException {
        assertThat(problems("""
                name: p
                sources: {in: {connector: file, topic: t, options: {path: a.csv}}}
                topics: {t: {cleanup: compact, retention: 7d}}
                """))
                .isEqualTo("a.yaml:3:32: 'retention' means nothing with 'cleanup: compact', which keeps the last"
                        + " record of each key");
    }

    @Test
    void aSinkMayReadPatternsOfTopics() throws IOException {
        PipelineSet.Valid set = valid(
                Map.of(),
                """
                name: p
                sources: {in: {connector: file, topic: "shop.{stream}", options: {path: a.csv}}}
                sinks:
                  out:
                    connector: table
                    topics: [other.orders, "shop.*", "sh*p.x", "shops*", "!shop.audit*"]
                    options: {url: u}
                    transforms:
                      - filter: value.a > 0
                        on: [shop.orders]
                """,
                "name: q\ntopics: {shop.a: {codec: json}, shop.audit1: {codec: json}}\n"
                        + "sinks: {out: {connector: table, topics: [t], options: {url: u}}}");

        Pipeline pipeline = set.pipelines().get(0);
        assertThat(pipeline.selection(pipeline.sinks().get(0)).in(List.of("shop.b", "shop.audit2", "p.dead-letters")))
                .containsExactly("other.orders", "shop.b");
        assertThat(pipeline.topic("shop.a").orElseThrow().codec()).isEqualTo(CodecKind.JSON);
        assertThat(pipeline.topic("shop.audit1")).isEmpty();
        assertThat(lines(set.warnings()))
                .contains("a.yaml:6:14: no source here writes the topic 'other.orders'")
                .contains("a.yaml:6:48: no source here writes a topic that is as the pattern 'shops*'")
                .doesNotContain("'shop.*'")
                .doesNotContain("'sh*p.x'");
    }

    @Test
    void mistakesInPatternsOfTopicsAreFound() throws IOException {
        assertThat(problems("""
                name: p
                sinks:
                  a: {connector: table, topics: ["!x"], options: {url: u}}
                  b: {connector: table, topics: [x, "y*", "!x", "__*", "a b*", "!c d"], options: {url: u}}
                  e: {connector: table, topics: ["x*", "!"], options: {url: u}}
                  c: {connector: table, topics: ["x*", "!y"], options: {url: u}, transforms: [{filter: "true", on: [y]}]}
                  d:
                    connector: table
                    topics:
                      - x*
                      - !y*
                    options: {url: u}
                """))
                .contains("'!x' leaves something out of patterns, and there is none")
                .contains("'!x' leaves out what the sink also names")
                .contains("the topic '__*' must not start with two underscores")
                .contains("the topic 'a b*' must have")
                .contains("the topic '!c d' must have")
                .contains("'!' leaves nothing out; put the topic or pattern to leave out behind it")
                .contains("the sink does not read the topic 'y' in 'on'")
                .contains("put text that begins with '!' into quotes");
        assertThat(problems("name: p\nsinks: {a: {connector: table, topics: [x*, !y], options: {url: u}}}"))
                .contains("a text that begins with '!' or '*' stands in quotes");
    }

    @Test
    void aTopicThatNoSourceHereWritesIsAWarning() throws IOException {
        PipelineSet.Valid set = valid("""
                name: p
                sources: {in: {connector: file, topic: orders, options: {path: a.csv}}}
                sinks: {out: {connector: table, topics: [ordres], options: {url: u}}}
                """);

        assertThat(lines(set.warnings()))
                .isEqualTo("a.yaml:3:42: no source here writes the topic 'ordres'; did you mean 'orders'?");
    }
}
