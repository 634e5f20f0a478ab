package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Cleanup;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.runtime.Golden;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.FailurePolicy.BadRecords;
import io.mainstem.runtime.pipeline.FailurePolicy.Retry;
import io.mainstem.runtime.pipeline.FailurePolicy.StopAbove;
import io.mainstem.runtime.schedule.CronTimes;
import io.mainstem.runtime.schedule.DaysOff;
import io.mainstem.runtime.schedule.Misfire;
import io.mainstem.runtime.schedule.Rhythm;
import io.mainstem.runtime.schedule.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PipelineReaderTest {

    @TempDir
    Path folder;

    private PipelineSet read(Map<String, String> environment, String... contents) throws IOException {
        List<Path> files = new java.util.ArrayList<>();
        for (int i = 0; i < contents.length; i++) {
            files.add(Files.writeString(folder.resolve((char) ('a' + i) + ".yaml"), contents[i]));
        }
        return PipelineReader.read(files, ExampleConnectors.catalog(), environment);
    }

    private PipelineSet.Valid valid(String content) throws IOException {
        return valid(Map.of(), content);
    }

    private PipelineSet.Valid valid(Map<String, String> environment, String... contents) throws IOException {
        PipelineSet set = read(environment, contents);
        assertThat(set).isInstanceOf(PipelineSet.Valid.class);
        return (PipelineSet.Valid) set;
    }

    private String problems(String... contents) throws IOException {
        return problems(Map.of(), contents);
    }

    private String problems(Map<String, String> environment, String... contents) throws IOException {
        PipelineSet set = read(environment, contents);
        assertThat(set).isInstanceOf(PipelineSet.Invalid.class);
        return lines(((PipelineSet.Invalid) set).problems());
    }

    private static String lines(List<ConfigProblem> problems) {
        return problems.stream()
                .map(problem -> problem.file().getFileName() + ":" + problem.line() + ":" + problem.column() + ": "
                        + problem.message())
                .collect(Collectors.joining("\n"));
    }

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
                a.yaml:2:69: 'deadlines' has no key 'flush'
                a.yaml:3:77: 'deadlines' has no key 'flsh'; did you mean 'flush'?""");
    }

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

    private static String scheduled(String schedule) {
        return "name: p\nsources:\n  in:\n    connector: file\n    options: {path: a.csv}\n    schedule: " + schedule
                + "\n";
    }

    private ScheduleSpec schedule(String schedule) throws IOException {
        return valid(scheduled(schedule)).pipelines().get(0).sources().get(0).schedule();
    }

    @Test
    void aScheduleIsAWordAnIntervalOrACronExpression() throws IOException {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Rhythm nightly = new Rhythm.Cron(CronTimes.of("0 0 2 * * ?", berlin));
        assertThat(schedule("once")).isEqualTo(ScheduleSpec.once());
        assertThat(schedule("EVERY 10s")).isEqualTo(ScheduleSpec.every(Duration.ofSeconds(10)));
        assertThat(schedule("cron \"0 0 2 * * ?\" zone Europe/Berlin"))
                .isEqualTo(new ScheduleSpec.Timed(
                        new Timing(nightly, new DaysOff(berlin, List.of()), Misfire.RUN_ONCE, Duration.ZERO)));
        assertThat(schedule("cron '0 0 2 * * ?'"))
                .isEqualTo(schedule("{cron: 0 0 2 * * ?, zone: UTC}"))
                .hasToString("cron \"0 0 2 * * ?\" zone UTC");
        assertThat(schedule("{every: 10s}")).isEqualTo(ScheduleSpec.every(Duration.ofSeconds(10)));
        assertThat(schedule("{cron: 0 0 2 * * ?, zone: Europe/Berlin, except: [saturday, 12-25], misfire: skip,"
                        + " jitter: 5m}"))
                .isEqualTo(new ScheduleSpec.Timed(new Timing(
                        nightly,
                        new DaysOff(berlin, List.of(DaysOff.parse("saturday"), DaysOff.parse("12-25"))),
                        Misfire.SKIP,
                        Duration.ofMinutes(5))));
    }

    @Test
    void aScheduleThatIsNotRightIsNamedWithItsPlace() throws IOException {
        assertThat(problems(scheduled("continous")))
                .startsWith("a.yaml:6:15: 'schedule' must be once")
                .endsWith("not 'continous'; did you mean 'continuous'?");
        assertThat(problems(scheduled("every day"))).contains("a.yaml:6:15: 'schedule' must be a time");
        assertThat(problems(scheduled("cron \"0 2 * * *\"")))
                .startsWith("a.yaml:6:15: 'schedule' is a cron expression of 5 fields")
                .endsWith("write '0 0 2 * * ?'");
        assertThat(problems(scheduled("{cron: 0 0 2 * * ?, zone: Europe/Berln}")))
                .isEqualTo("a.yaml:6:41: 'zone' is no time zone that is known: 'Europe/Berln'; did you mean"
                        + " 'Europe/Berlin'?");
        assertThat(problems(scheduled("{cron: 0 0 2 30 2 ?}")))
                .isEqualTo("a.yaml:6:22: 'cron' is a cron expression that no time fits: '0 0 2 30 2 ?'");
        assertThat(problems(scheduled("{cron: 0 0 2 * * ?, except: [monday, sunda]}")))
                .startsWith("a.yaml:6:52: 'except' must be a day of the week")
                .endsWith("not 'sunda'; did you mean 'sunday'?");
        assertThat(problems(scheduled("{every: 1h, except: 2026-02-30}"))).startsWith("a.yaml:6:35: 'except' must be");
        assertThat(problems(scheduled(
                        "{every: 1h, except: [monday, tuesday, wednesday, thursday, friday, saturday," + " sunday]}")))
                .isEqualTo("a.yaml:6:35: 'except' leaves no day of the week");
        assertThat(problems(scheduled("{cron: 0 0 2 * * ?, misfires: skip}")))
                .isEqualTo("a.yaml:6:35: 'schedule' has no key 'misfires'; did you mean 'misfire'?");
        assertThat(problems(scheduled("{zone: UTC}")))
                .isEqualTo("a.yaml:6:5: 'schedule' needs one of 'every' and 'cron'");
        assertThat(problems(scheduled("[once]"))).startsWith("a.yaml:6:15: 'schedule' must be");
    }

    @Test
    void theConnectorSaysWhenItsSourceReads() throws IOException {
        Pipeline pipeline = valid("name: p\nsources: {in: {connector: file, options: {path: 'in/*.csv'}}}")
                .pipelines()
                .get(0);

        assertThat(pipeline.sources().get(0).schedule()).isEqualTo(ScheduleSpec.continuous());
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
    void scalarsStayWhatWasWritten() throws IOException {
        for (String written : List.of("NO", "0123", "1:30", "1_000", "1e3", "null", "~", "2026-01-01", "0x1F", "yes")) {
            Pipeline pipeline = valid("name: p\nsources: {in: {connector: file, options: {path: " + written + "}}}")
                    .pipelines()
                    .get(0);
            assertThat(pipeline.sources().get(0).config().get(ExampleConnectors.PATH))
                    .isEqualTo(written);
        }
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
    void placeholdersComeFromTheEnvironmentAndFromFiles() throws IOException {
        Files.writeString(folder.resolve("secret.txt"), "from-file\n");

        PipelineSet.Valid set = valid(Map.of("HOST", "db1", "EMPTY", ""), """
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options:
                      url: "jdbc://${env:HOST}:${env:PORT:-5432}/x${env:EMPTY}?a=$${b}"
                      password: ${file:secret.txt}
                """);

        SinkSpec sink = set.pipelines().get(0).sinks().get(0);
        assertThat(sink.config().get(ExampleConnectors.URL)).isEqualTo("jdbc://db1:5432/x?a=${b}");
        assertThat(sink.config().get(ExampleConnectors.PASSWORD)).isEqualTo("from-file");
    }

    @Test
    void aPlaceholderThatCannotBeResolvedIsOneProblem() throws IOException {
        assertThat(problems("""
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options:
                      url: ${env:MISSING}
                      batch: ${env:ALSO_MISSING}
                      password: ${file:missing.txt}
                      key: ${secret:x}
                      mode: ${env:OPEN
                """)).isEqualTo("""
                a.yaml:7:12: the environment variable 'MISSING' is not set; set it, or write ${env:MISSING:-default}
                a.yaml:8:14: the environment variable 'ALSO_MISSING' is not set; set it, or write ${env:ALSO_MISSING:-default}
                a.yaml:9:17: the file 'missing.txt' cannot be read (it is not there)
                a.yaml:10:12: '${secret:x}' is no placeholder; write ${env:NAME}, ${env:NAME:-default} or ${file:PATH}, or $${ for a plain ${
                a.yaml:11:13: '${env:OPEN' has no closing brace""");
    }

    @Test
    void secretsAreKnownAndPlainWordsAreNot() throws IOException {
        Secrets secrets = valid(Map.of("PW", "pass w", "MODE", "upsert", "TOKEN", "t0ken"), """
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options: {url: "http://u:${env:TOKEN}@h", password: "${env:PW}", mode: "${env:MODE}", key: plain}
                """)
                .secrets();

        assertThat(secrets.scrub("GET http://u:t0ken@h?pw=pass+w&pw=pass%20w, pass w; upsert by plain"))
                .isEqualTo("GET http://u:***@h?pw=***&pw=***, ***; upsert by plain");
        assertThat(secrets.toString()).doesNotContain("t0ken");
    }

    @Test
    void aSecretTooShortToBeMaskedIsRefusedAndNotShown() throws IOException {
        String sink = "name: p\nsinks: {out: {connector: table, topics: [t], options: {url: u, password: %s}}}\n";
        for (String password : List.of("x", "\"${env:PW}\"", "\"    \"")) {
            assertThat(problems(Map.of("PW", "abc"), sink.formatted(password)))
                    .isEqualTo("a.yaml:2:74: 'password' has fewer than 4 characters; a secret that short cannot be kept"
                            + " out of messages without garbling them: use a longer one");
        }
        assertThat(valid(Map.of(), sink.formatted("\"\"")).secrets().scrub("as it was"))
                .isEqualTo("as it was");
    }

    @Test
    void aDefaultAndAVeryShortTextAreNoSecretsUnlessTheOptionIs() throws IOException {
        Secrets secrets = valid(Map.of("DB", "db"), """
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options: {url: "${env:URL:-jdbc:local}/${env:DB}", password: "${env:PW:-open}"}
                """).secrets();

        assertThat(secrets.scrub("jdbc:local/db, open")).isEqualTo("jdbc:local/db, ***");
    }

    @Test
    void aProblemDoesNotShowTheSecretItIsAbout() throws IOException {
        assertThat(problems(Map.of("URL", "hunter2"), """
                name: p
                sources: {in: {connector: file, options: {path: a, types: {x: "${env:URL}"}, skip: [hunter2]}}}
                """))
                .doesNotContain("hunter2")
                .contains("must be a whole number, not '***'");
    }

    @Test
    void aDuplicateKeyIsAProblemBesideOthers() throws IOException {
        assertThat(problems(
                        "name: p\nname: q\nsorces: {}\nsinks: {out: {connector: table, topics: t, options: {url: u}}}"))
                .isEqualTo("""
                a.yaml:2:1: the key 'name' is here twice; the first is in line 1
                a.yaml:3:1: a pipeline has no key 'sorces'; did you mean 'sources'?""");
    }

    @Test
    void aliasesStandForWhatTheyNameUpToALimit() throws IOException {
        Pipeline pipeline = valid("""
                name: p
                sinks:
                  one: {connector: table, topics: [t], options: &o {url: u}}
                  two: {connector: table, topics: [t], options: *o}
                """).pipelines().get(0);
        assertThat(pipeline.sinks().get(1).config().get(ExampleConnectors.URL)).isEqualTo("u");

        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(Stream.generate(() -> alias).limit(10).collect(Collectors.joining(", ")))
                    .append("]\n");
        }
        assertThat(problems(bomb.toString()))
                .contains("with what its aliases stand for, the file has more than 100000 values up to here");
        assertThat(problems("a: &a [*a]")).contains("'*a' refers to no '&a' that ends before it");
    }

    @Test
    void whatNoPipelineIsIsRefusedAtOnce() throws IOException {
        assertThat(problems("[".repeat(100_000))).contains("this is nested more than 64 deep");
        assertThat(problems("x".repeat((3 << 20) + 1))).contains("the file has more than 3 MiB");
        assertThat(problems(""))
                .isEqualTo("a.yaml:1:1: the file is empty, or has comments only; a pipeline begins with its name");
        assertThat(problems("# soon\n")).contains("the file is empty");
        assertThat(problems("- a")).contains("a.yaml:1:1: a pipeline must be a map, not a list");
        assertThat(problems("name: p\n---\nname: q")).contains("a second document starts here");
        assertThat(problems("name: !!java.lang.Runtime p")).contains("means nothing here; leave it out");
        assertThat(problems("name: p\n  sources: [")).contains("a.yaml:2:10: this is not YAML");
        assertThat(problems("name: a == null ? b : c"))
                .contains("a.yaml:1:21: this is not YAML", "such as an expression, stands in quotes");
        assertThat(problems("name: [x\n")).as("in a line that there is").contains("a.yaml:1:7: this is not YAML");
        assertThat(problems("name: \u0007")).contains("this is not YAML");
        Path file = folder.resolve("latin.yaml");
        Files.write(file, new byte[] {'a', ':', '\n', ' ', (byte) 0xE4});
        assertThat(PipelineReader.read(file, ExampleConnectors.catalog(), Map.of())
                        .toString())
                .contains("latin.yaml:2:2: the file is not UTF-8 text");
    }

    @Test
    void aNameThatIsNoFileIsAnsweredWithOneThatIs() throws IOException {
        Path orders = Files.createDirectory(folder.resolve("orders"));
        assertThat(problemsOf(orders))
                .endsWith(
                        "orders:1:1: this is a folder, not a pipeline file; name files, of which it has none that ends in"
                                + " .yaml or .yml");
        Files.writeString(orders.resolve("shop.yaml"), "");
        Files.writeString(orders.resolve("notes.txt"), "");
        assertThat(problemsOf(orders)).endsWith("did you mean '" + orders.resolve("shop.yaml") + "'?");
        Files.writeString(orders.resolve("store.yml"), "");
        assertThat(problemsOf(orders)).endsWith("name its files, such as '" + orders.resolve("shop.yaml") + "'");
        assertThat(problemsOf(orders.resolve("shpo.yaml")))
                .endsWith("shpo.yaml:1:1: the file is not there; did you mean 'shop.yaml'?");
        assertThat(problemsOf(orders.resolve("store"))).endsWith("did you mean 'store.yml'?");
        assertThat(problemsOf(orders.resolve("something-else.yaml"))).endsWith("the file is not there");
        assertThat(problemsOf(folder.resolve("no/shop.yaml")))
                .endsWith("the file is not there, nor is the folder '" + folder.resolve("no") + "'");
    }

    private static String problemsOf(Path file) {
        return PipelineReader.read(file, ExampleConnectors.catalog(), Map.of()).toString();
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
