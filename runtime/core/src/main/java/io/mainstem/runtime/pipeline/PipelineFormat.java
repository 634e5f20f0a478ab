package io.mainstem.runtime.pipeline;

import io.mainstem.api.Option;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Cleanup;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.TopicSettings.TimestampType;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.FailurePolicy.Retry;
import io.mainstem.runtime.pipeline.Section.ConnectorOptions;
import io.mainstem.runtime.pipeline.Section.Named;
import io.mainstem.runtime.pipeline.Section.Nested;
import io.mainstem.runtime.pipeline.Section.Rows;
import io.mainstem.runtime.pipeline.Section.Steps;
import io.mainstem.runtime.pipeline.Section.Tests;
import io.mainstem.runtime.pipeline.Section.Value;
import io.mainstem.runtime.schedule.DaysOff;
import io.mainstem.runtime.schedule.Misfire;
import io.mainstem.runtime.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every key of a pipeline file but the options of connectors, which declare their own. */
final class PipelineFormat {

    private static final Duration LONGEST = Duration.ofDays(3650);

    static final Option<Duration> FIRST_WAIT = Option.duration("first-wait", Duration.ofMillis(1), LONGEST)
            .doc("The wait before the second attempt; it doubles from there.")
            .example("1s")
            .defaultValue(Retry.DEFAULT.firstWait());
    static final Option<Duration> MAX_WAIT = Option.duration("max-wait", Duration.ofMillis(1), LONGEST)
            .doc("The longest wait between two attempts.")
            .example("5m")
            .defaultValue(Retry.DEFAULT.maxWait());
    static final Option<Duration> GIVE_UP_AFTER = Option.duration("give-up-after", Duration.ZERO, LONGEST)
            .doc("The time without any progress after which it has failed for good; 0s for no second attempt.")
            .example("1h")
            .defaultValue(Retry.DEFAULT.giveUpAfter());
    static final Nested RETRY = new Nested(
            "retry",
            "How often to try again what may pass: a lost connection, a target that is busy.",
            Section.of(new Value(FIRST_WAIT), new Value(MAX_WAIT), new Value(GIVE_UP_AFTER)));

    static final Option<Long> COUNT = Option.integer("count", 0, Long.MAX_VALUE)
            .doc("More bad records than this.")
            .example("100");
    static final Option<Double> SHARE = Option.parsed("share", PipelineFormat::percent)
            .doc("More bad records than this percentage of all.")
            .example("5%");
    static final Option<Long> LEAST_RECORDS = Option.integer("least-records", 1, Long.MAX_VALUE)
            .doc("The share is taken when there were so many records at least.")
            .example("1000")
            .defaultValue(FailurePolicy.Share.LEAST_RECORDS);
    static final Option<Duration> WITHIN = Option.duration("within", Duration.ofMillis(1), LONGEST)
            .doc("In this time.")
            .example("1h")
            .required();
    static final Nested STOP_ABOVE = new Nested(
            "stop-above",
            "How many bad records mean that something else is wrong, so that it stops all the same.",
            Section.of(new Value(COUNT), new Value(SHARE), new Value(LEAST_RECORDS), new Value(WITHIN)));
    static final String STOP = "stop";
    static final String DEAD_LETTERS = "dead-letters";
    static final Option<String> TO = Option.text("to")
            .doc("'stop'; or 'dead-letters', which is the topic {pipeline}.dead-letters; or the name of a topic.")
            .example("orders.dead")
            .defaultValue(STOP);
    static final Nested BAD_RECORDS = new Nested(
            "bad-records",
            "What to do with a record that cannot be read, decoded or written.",
            Section.of(new Value(TO), STOP_ABOVE),
            Optional.of(TO));
    static final Nested ON_FAILURE =
            new Nested("on-failure", "What happens when it fails.", Section.of(RETRY, BAD_RECORDS));

    static final Option<Duration> CONNECT =
            deadline("connect", Deadlines.DEFAULT.connect(), "Making it, opening a split, taking partitions over.");
    static final Option<Duration> DISCOVER =
            deadline("discover", Deadlines.DEFAULT.discover(), "Finding out what there is to read.");
    static final Option<Duration> POLL =
            deadline("poll", Deadlines.DEFAULT.poll(), "Reading something; waits for the log do not count.");
    static final Option<Duration> WRITE = deadline("write", Deadlines.DEFAULT.write(), "Taking one batch.");
    static final Option<Duration> FLUSH =
            deadline("flush", Deadlines.DEFAULT.flush(), "Making what was written durable in the target.");
    static final Option<Duration> FINISH = deadline(
            "finish",
            Deadlines.DEFAULT.finish(),
            "What is to be done at the end of a split, such as archiving a file.");
    static final Option<Duration> CLOSE = deadline("close", Deadlines.DEFAULT.close(), "Letting go of things.");
    private static final String DEADLINES =
            "How long each call of the connector may take. One that takes longer is ended, and tried again.";
    static final Nested SOURCE_DEADLINES = new Nested(
            "deadlines",
            DEADLINES,
            Section.of(new Value(CONNECT), new Value(DISCOVER), new Value(POLL), new Value(FINISH), new Value(CLOSE)));
    static final Nested SINK_DEADLINES = new Nested(
            "deadlines",
            DEADLINES,
            Section.of(new Value(CONNECT), new Value(WRITE), new Value(FLUSH), new Value(CLOSE)));

    static final Option<String> CONNECTOR = Option.text("connector")
            .doc("The name of the connector; 'mainstem connectors list' shows all.")
            .example("file")
            .required();
    static final ConnectorOptions OPTIONS =
            new ConnectorOptions("options", "The options of the connector; 'mainstem connectors describe' shows them.");

    static final Steps TRANSFORMS = new Steps(
            "transforms",
            "Steps that change messages, in order; 'mainstem transforms list' shows all. 'on' limits one to streams or topics.");
    static final Option<List<String>> ON = Option.list("on", Option.text("stream"))
            .doc("The streams of the source, or topics of the sink, that the step is for; all when not set.")
            .example("[orders]");

    static final Option<String> TOPIC = Option.text("topic")
            .doc("The topic that the records go to. {pipeline}, {source} and {stream} stand for names;"
                    + " a stream is a table, a file pattern, an endpoint: whatever the connector calls one.")
            .example("orders")
            .defaultValue(SourceSpec.DEFAULT_TOPIC);
    static final Option<ScheduleSpec> SCHEDULE = Option.parsed("schedule", ScheduleReader::parse)
            .doc(
                    "When to read: once, continuous, every and a time, or cron and an expression. The connector has a default.")
            .example("every 10s");
    static final Option<Duration> EVERY = Option.duration("every", Duration.ofMillis(1), Duration.ofDays(366))
            .doc("The time from the start of one run to the start of the next.")
            .example("10s");
    static final Option<String> CRON = Option.text("cron")
            .doc("A cron expression of Quartz: second, minute, hour, day of month, month, day of week.")
            .example("0 0 2 * * ?");
    static final Option<ZoneId> ZONE = Option.parsed("zone", ScheduleReader::zone)
            .doc("The time zone of 'cron' and 'except'.")
            .example("Europe/Berlin")
            .defaultValue(Timing.DEFAULT_ZONE);
    static final Option<List<DaysOff.Day>> EXCEPT = Option.list("except", Option.parsed("day", ScheduleReader::day))
            .doc("Days on which nothing starts: saturday, 2026-12-25, 12-25 for every year, 2026-12-24..2027-01-01.")
            .example("[saturday, sunday]");
    static final Option<Misfire> MISFIRE = Option.choice("misfire", Misfire.class)
            .doc("What becomes of times that passed while the source could not run: one run for all of them, or none.")
            .example("skip")
            .defaultValue(Misfire.RUN_ONCE);
    static final Option<Duration> JITTER = Option.duration("jitter", Duration.ZERO, Duration.ofDays(1))
            .doc("Up to how much later a run starts, by chance.")
            .example("5m")
            .defaultValue(Duration.ZERO);
    static final Nested SCHEDULE_MAP = new Nested(
            "schedule",
            "When to read. The connector has a default.",
            Section.of(
                    new Value(EVERY),
                    new Value(CRON),
                    new Value(ZONE),
                    new Value(EXCEPT),
                    new Value(MISFIRE),
                    new Value(JITTER)),
            Optional.of(SCHEDULE));
    static final Named SOURCES = new Named(
            "sources",
            "What the pipeline reads, by name.",
            Section.of(
                    new Value(CONNECTOR),
                    new Value(TOPIC),
                    OPTIONS,
                    TRANSFORMS,
                    SCHEDULE_MAP,
                    ON_FAILURE,
                    SOURCE_DEADLINES));

    static final Option<List<String>> TOPICS_OF_SINK = Option.list("topics", Option.text("topic"))
            .doc(
                    "The topics that it reads: names; patterns, in which * stands for any letters, also for topics that come to be later;"
                            + " and what patterns leave out, with a ! in front. One may stand alone.")
            .example("[orders, \"shop.*\", \"!shop.audit*\"]")
            .required();
    static final Named SINKS = new Named(
            "sinks",
            "What the pipeline writes, by name.",
            Section.of(
                    new Value(CONNECTOR), new Value(TOPICS_OF_SINK), OPTIONS, TRANSFORMS, ON_FAILURE, SINK_DEADLINES));

    static final Option<Long> PARTITIONS = Option.integer("partitions", 1, 10_000)
            .doc("How many partitions it gets when it is created. Records of one key stay in order in one partition.")
            .example("4")
            .defaultValue(1L);
    static final Option<List<String>> KEY = Option.list("key", Option.text("field"))
            .doc("The fields that make the key of a record; the primary key of the stream when not set.")
            .example("[id]");
    static final Option<CodecKind> CODEC = Option.choice("codec", CodecKind.class)
            .doc("How values are written on the topic.")
            .example("avro")
            .defaultValue(CodecKind.AVRO);
    static final Option<Cleanup> CLEANUP = Option.choice("cleanup", Cleanup.class)
            .doc("Whether old records are deleted, or compacted to the last of each key, or both.")
            .example("compact")
            .defaultValue(TopicSettings.defaults().cleanup());
    static final Option<TimestampType> TIMESTAMPS = Option.choice("timestamps", TimestampType.class)
            .doc("The time that a record carries: that of its append, or that which its source gave.")
            .example("append-time")
            .defaultValue(TopicSettings.defaults().timestampType());
    static final Option<Compression> COMPRESSION = Option.choice("compression", Compression.class)
            .doc("How records are compressed in the log: lz4 is fast, zstd small.")
            .example("lz4")
            .defaultValue(TopicSettings.defaults().compression());
    static final Option<Long> MAX_RECORD_SIZE = Option.size("max-record-size", 1 << 10, 64 << 20)
            .doc("The most that a record may have.")
            .example("8MiB")
            .defaultValue((long) TopicSettings.defaults().maxRecordBytes());
    static final Option<Long> SEGMENT_SIZE = Option.size("segment-size", 16 << 10, Integer.MAX_VALUE)
            .doc("The size at which a file of the log is closed and the next one begun.")
            .example("1GiB")
            .defaultValue((long) TopicSettings.defaults().segmentBytes());
    static final Option<Duration> SEGMENT_TIME = Option.duration("segment-time", Duration.ofSeconds(1), LONGEST)
            .doc("The age at which a file of the log is closed and the next one begun.")
            .example("1d")
            .defaultValue(Duration.ofMillis(TopicSettings.defaults().segmentMillis()));
    static final Option<Duration> RETENTION = Option.duration("retention", Duration.ofSeconds(1), LONGEST)
            .doc("How long records are kept at least; for ever when not set.")
            .example("7d");
    static final Option<Long> RETENTION_SIZE = Option.size("retention-size", 1, Long.MAX_VALUE)
            .doc("How much a partition keeps at least; all when not set.")
            .example("10GiB");
    static final Option<Boolean> KEEP_UNREAD = Option.bool("keep-unread")
            .doc("Whether records are kept beyond both until the sinks of all deployed pipelines have read them.")
            .example("true")
            .defaultValue(TopicSettings.defaults().keepUnread());
    static final Option<Duration> DELETE_RETENTION = Option.duration("delete-retention", Duration.ZERO, LONGEST)
            .doc("How long a record without a value, which deletes its key, can be read in a compacted topic.")
            .example("7d")
            .defaultValue(Duration.ofMillis(TopicSettings.defaults().deleteRetentionMillis()));
    static final Option<Duration> MIN_COMPACTION_LAG = Option.duration("min-compaction-lag", Duration.ZERO, LONGEST)
            .doc("How long every record can be read before compaction may take it.")
            .example("1h")
            .defaultValue(Duration.ofMillis(TopicSettings.defaults().minCompactionLagMillis()));
    static final Option<Duration> MAX_COMPACTION_LAG = Option.duration(
                    "max-compaction-lag", Duration.ofSeconds(1), LONGEST)
            .doc("The age at which a record is compacted however little there is to gain; no limit when not set.")
            .example("1d");
    static final Option<Double> MIN_CLEANABLE_RATIO = Option.number("min-cleanable-ratio", 0, 1)
            .doc("The share of a partition that must be new for a compaction to begin.")
            .example("0.1")
            .defaultValue(TopicSettings.defaults().minCleanableRatio());
    static final Named TOPICS = new Named(
            "topics",
            "Topics for which the defaults are not right, by name.",
            Section.of(
                    new Value(PARTITIONS),
                    new Value(KEY),
                    new Value(CODEC),
                    new Value(CLEANUP),
                    new Value(TIMESTAMPS),
                    new Value(COMPRESSION),
                    new Value(MAX_RECORD_SIZE),
                    new Value(SEGMENT_SIZE),
                    new Value(SEGMENT_TIME),
                    new Value(RETENTION),
                    new Value(RETENTION_SIZE),
                    new Value(KEEP_UNREAD),
                    new Value(DELETE_RETENTION),
                    new Value(MIN_COMPACTION_LAG),
                    new Value(MAX_COMPACTION_LAG),
                    new Value(MIN_CLEANABLE_RATIO)));

    static final Option<String> NAME = Option.text("name")
            .doc("The name of the pipeline, which is part of the names of its groups, positions and topics.")
            .example("orders")
            .required();

    static final Option<String> TEST_NAME =
            Option.text("name").doc("What the test shows.").example("small orders are dropped");
    static final Option<String> TEST_SOURCE =
            Option.text("source").doc("The source whose steps are tested.").example("shop");
    static final Option<String> TEST_SINK =
            Option.text("sink").doc("The sink whose steps are tested.").example("warehouse");
    static final Option<String> TEST_STREAM = Option.text("stream")
            .doc(
                    "The stream of the source, or topic of the sink; the source's name, or the sink's first topic, when not set.")
            .example("orders");
    static final Option<Map<String, String>> TEST_FIELDS = Option.map("fields", Option.text("type"))
            .doc("Types of fields in front of the steps. Others are inferred from the rows.")
            .example("{id: int64 not null}");
    static final Option<List<String>> TEST_KEY = Option.list("key", Option.text("field"))
            .doc("The fields of the key in front of the steps.")
            .example("[id]");
    static final Option<String> TEST_FIXTURE = Option.text("fixture")
            .doc(
                    "A file that 'mainstem record' made of the source: what it was answered then goes in, instead of 'rows'.")
            .example("fixtures/orders/shop.yaml");
    static final Option<Long> TEST_COUNT = Option.integer("count", 0, Integer.MAX_VALUE)
            .doc("How many rows come out; 'expect' then has the first of them. Without it, it has all.")
            .example("100");
    static final Option<List<String>> TEST_BAD = Option.list("expect-bad", Option.text("text"))
            .doc("For each row that is to be a bad record, in order, a part of what is said of it.")
            .example("[\"'amount'\"]");
    static final Rows TEST_ROWS =
            new Rows("rows", "The rows that go in. $operation, $key, $headers and $time may stand beside fields.");
    static final Rows TEST_EXPECT = new Rows(
            "expect",
            "The rows that come out. $operation, $key, $headers and $topic are compared where they are given.");
    static final Rows TEST_TABLES = new Rows("tables", "For 'lookup': topics, each a map of its 'key' and its 'rows'.");
    static final Tests TESTS = new Tests(
            "tests",
            "Tests of the steps, which 'mainstem test' runs.",
            Section.of(
                    new Value(TEST_NAME),
                    new Value(TEST_SOURCE),
                    new Value(TEST_SINK),
                    new Value(TEST_STREAM),
                    new Value(TEST_FIELDS),
                    new Value(TEST_KEY),
                    new Value(TEST_FIXTURE),
                    TEST_TABLES,
                    TEST_ROWS,
                    TEST_EXPECT,
                    new Value(TEST_COUNT),
                    new Value(TEST_BAD)));

    static final Option<String> FIXTURE_SOURCE = Option.text("source")
            .doc("The source that was recorded.")
            .example("shop")
            .required();
    static final Option<String> FIXTURE_CONNECTOR =
            Option.text("connector").doc("Its connector.").example("http").required();
    static final Option<Instant> FIXTURE_TIME = Option.parsed("time", FixtureFile::time)
            .doc("The time that the source takes for now.")
            .example("2026-11-28T12:00:00Z")
            .required();
    static final Option<Long> FIXTURE_LIMIT = Option.integer("limit", 1, Fixture.LIMIT_MAX)
            .doc("How many records of each stream are read at most.")
            .example("100")
            .defaultValue(100L);
    static final Rows FIXTURE_EXCHANGES = new Rows("exchanges", "What was asked and answered, in order.");

    /** The whole file of what was recorded of a source. */
    static final Section FIXTURE = Section.of(
            new Value(FIXTURE_SOURCE),
            new Value(FIXTURE_CONNECTOR),
            new Value(FIXTURE_TIME),
            new Value(FIXTURE_LIMIT),
            FIXTURE_EXCHANGES);

    /** The whole file. */
    static final Section PIPELINE = Section.of(new Value(NAME), SOURCES, TOPICS, SINKS, TESTS);

    private PipelineFormat() {}

    private static Option<Duration> deadline(String name, Duration without, String doc) {
        return Option.duration(name, Duration.ofMillis(1), LONGEST)
                .doc(doc)
                .example("5m")
                .defaultValue(without);
    }

    private static Double percent(String text) {
        String number = text.strip();
        if (number.endsWith("%")) {
            try {
                double percent = Double.parseDouble(number.substring(0, number.length() - 1));
                if (percent >= 0 && percent <= 100) {
                    return percent;
                }
            } catch (NumberFormatException e) {
                // said below
            }
        }
        throw new IllegalArgumentException("must be a percentage from 0% to 100%, such as 5%, not '" + text + "'");
    }
}
