package io.mainstem.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private RecordingContext context;
    private final RecordingLog log = new RecordingLog();
    private SourceHarness harness;

    @BeforeEach
    void makeContext() {
        context = new RecordingContext(folder, NOW);
    }

    @AfterEach
    void close() throws Exception {
        if (harness != null) {
            harness.close();
        }
    }

    private SourceHarness source(String path, String... options) throws Exception {
        close();
        Map<String, Object> all = new HashMap<>();
        all.put("path", path);
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        harness = new SourceHarness(new FileSourceFactory(), all, context, log);
        return harness;
    }

    private List<String> read(String path, String... options) throws Exception {
        log.clear();
        source(path, options).runToEnd();
        return rows();
    }

    private List<String> rows() {
        return log.messages().stream()
                .map(Message::value)
                .map(Row.class::cast)
                .map(FileSourceTest::text)
                .toList();
    }

    private static String text(Row row) {
        return IntStream.range(0, row.schema().size())
                .mapToObj(i -> row.isNull(i) ? "null" : "<" + row.at(i) + ">")
                .reduce((a, b) -> a + " " + b)
                .orElse("");
    }

    private String schema() {
        return log.stream("orders").orElseThrow().schema().toString();
    }

    private Path write(String name, String text) throws IOException {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    private void append(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text, StandardOpenOption.APPEND);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static String code(ThrowingCallable call) {
        return stop(call).code();
    }

    private static StopException stop(ThrowingCallable call) {
        StopException stop = catchThrowableOfType(StopException.class, call);
        assertThat(stop).as("a StopException").isNotNull();
        assertThat(stop.whatToDo()).isNotBlank();
        return stop;
    }

    @Test
    void typesAreInferred() throws Exception {
        write(
                "a.csv",
                "id,zip,price,ratio,big,flag,day,at,zoned,key,text,none\n"
                        + "1,007,1.50,1.5,12345678901234567890,true,2024-02-29,2024-02-29 10:00:00.5,2024-02-29T10:00:00Z,"
                        + "6f2c1e9a-0000-4000-8000-000000000001,x,\n"
                        + "-2,100,20.25,2.25e3,1,FALSE,2023-12-31,2024-02-29T23:59,2024-02-29 10:00:00+02:00,"
                        + "6F2C1E9A-0000-4000-8000-000000000002,5,\n");
        List<String> rows = read("a.csv");
        assertThat(schema())
                .isEqualTo(
                        "{id int64, zip string, price decimal(18,2), ratio float64, big decimal(38,0), flag boolean, "
                                + "day date, at timestamp, zoned timestamptz, key uuid, text string, none string}");
        assertThat(rows)
                .containsExactly(
                        "<1> <007> <1.50> <1.5> <12345678901234567890> <true> <2024-02-29> <2024-02-29T10:00:00.500> "
                                + "<2024-02-29T10:00:00Z> <6f2c1e9a-0000-4000-8000-000000000001> <x> null",
                        "<-2> <100> <20.25> <2250.0> <1> <false> <2023-12-31> <2024-02-29T23:59> <2024-02-29T08:00:00Z> "
                                + "<6f2c1e9a-0000-4000-8000-000000000002> <5> null");
    }

    @Test
    void nanosecondsAreKept() throws Exception {
        write("a.csv", "at\n2024-01-01 00:00:00.123456789\n");
        assertThat(read("a.csv")).containsExactly("<2024-01-01T00:00:00.123456789>");
        assertThat(schema()).isEqualTo("{at timestamp(9)}");
    }

    @Test
    void aHeaderAloneTellsNoTypes() throws Exception {
        write("orders.csv", "id,price\n");
        assertThat(read("orders.csv", "stream", "orders")).isEmpty();
        assertThat(log.stream("orders")).isEmpty();
        append("orders.csv", "1,2.50\n");
        assertThat(read("orders.csv", "stream", "orders")).containsExactly("<1> <2.50>");
    }

    @Test
    void aHeaderAloneIsEnoughWhenAllTypesAreKnown() throws Exception {
        write("orders.csv", "id,price\n");
        read("orders.csv", "stream", "orders", "sample-rows", "0");
        assertThat(schema()).isEqualTo("{id string, price string}");
    }

    @Test
    void badRowsAloneAreNotPassedOver() throws Exception {
        write("orders.csv", "id,price\n1\n");
        read("orders.csv", "stream", "orders");
        assertThat(log.bad()).hasSize(1);
    }

    @Test
    void declaredTypesWinAndOthersAreInferred() throws Exception {
        write("a.csv", "id,zip,n\n1,12345,5\n");
        close();
        Map<String, Object> options =
                Map.of("path", "a.csv", "columns", Map.of("zip", "string", "id", "int32 not null"));
        harness = new SourceHarness(new FileSourceFactory(), options, context, log);
        harness.runToEnd();
        assertThat(schema()).isEqualTo("{id int32 not null, zip string, n int64}");
    }

    @Test
    void nullAndEmptyTextDiffer() throws Exception {
        write("a.csv", "a,b,n\nx,,1\ny,\"\",\n");
        assertThat(read("a.csv")).containsExactly("<x> null <1>", "<y> <> null");
        write("b.csv", "a,b,n\n\\N,,1\n\"\\N\",z,\\N\n");
        assertThat(read("b.csv", "null-text", "\\N")).containsExactly("null <> <1>", "<\\N> <z> null");
    }

    @Test
    void aValueThatDoesNotFitIsABadRecordWithAdvice() throws Exception {
        write("orders.csv", "id,qty\n1,5\n2,six\n3,7\n");
        assertThat(read("orders.csv", "sample-rows", "1")).containsExactly("<1> <5>", "<3> <7>");
        assertThat(log.bad()).hasSize(1);
        assertThat(log.bad().get(0).where()).isEqualTo("orders.csv:3");
        assertThat(log.bad().get(0).raw()).isEqualTo("2,six");
        assertThat(log.bad().get(0).why()).contains("'qty'", "'six'", "int64", "columns: {qty: string}");
    }

    @Test
    void aNumberTooLargeForItsTypeIsBadAndNotInfinite() throws Exception {
        write("a.csv", "d,f\n1e400,1\n1,-1e39\n-Infinity,Infinity\n1e308,3.4028235e38\n");
        close();
        Map<String, Object> options =
                Map.of("path", "a.csv", "columns", Map.of("d", "float64", "f", "float32"), "sample-rows", "1");
        harness = new SourceHarness(new FileSourceFactory(), options, context, log);
        harness.runToEnd();
        assertThat(rows()).containsExactly("<-Infinity> <Infinity>", "<1.0E308> <3.4028235E38>");
        assertThat(log.bad()).extracting(RecordingLog.Bad::where).containsExactly("a.csv:2", "a.csv:3");
    }

    @Test
    void aColumnWithANumberBeyondFloat64IsText() throws Exception {
        write("a.csv", "d\n1e400\n1e3\n");
        assertThat(read("a.csv")).containsExactly("<1e400>", "<1e3>");
    }

    @Test
    void brokenRowsAreBadAndTheOthersAreRead() throws Exception {
        write(
                "a.csv",
                "a,b\n1,2\n1\n1,2,3\n\"x\"y,2\n\"two\nlines\",3\n\"open,4\n5,6\n".getBytes(StandardCharsets.UTF_8));
        assertThat(read("a.csv")).containsExactly("<1> <2>", "<two\nlines> <3>", "<5> <6>");
        assertThat(log.bad())
                .extracting(RecordingLog.Bad::where)
                .containsExactly("a.csv:3", "a.csv:4", "a.csv:5", "a.csv:8");
        assertThat(log.bad()).extracting(RecordingLog.Bad::raw).containsExactly("1", "1,2,3", "\"x\"y,2", "\"open,4");
        assertThat(log.bad().get(3).why()).contains("not closed");
    }

    @Test
    void aQuoteTooManyTakesOneLineWithIt() throws Exception {
        write("a.csv", "a,b\n\"open,1\nx,2\ny,3\n\"quoted\",4\nz,5\n");
        assertThat(read("a.csv")).containsExactly("<x> <2>", "<y> <3>", "<quoted> <4>", "<z> <5>");
        RecordingLog.Bad bad = log.bad().get(0);
        assertThat(bad.where()).isEqualTo("a.csv:2");
        assertThat(bad.raw()).isEqualTo("\"open,1");
        assertThat(bad.why()).contains("the quote that opens here is closed 3 lines below");
        assertThat(log.bad()).hasSize(1);
    }

    @Test
    void aBadRowOfSeveralLinesSaysWhereItsQuoteOpens() throws Exception {
        write("a.csv", "a,b,c\n1,2,3\n4,\"5,6\n7,8,9\n10,11\",12,13\n14,15,16\n");
        assertThat(read("a.csv")).containsExactly("<1> <2> <3>", "<14> <15> <16>");
        assertThat(log.bad()).hasSize(1);
        assertThat(log.bad().get(0).where()).isEqualTo("a.csv:3");
        assertThat(log.bad().get(0).why())
                .contains("it has 4 fields, not the 3", "a quote that opens in line 3 closes in line 5");
    }

    @Test
    void aFieldMayRunOverSoManyLinesAndNoMore() throws Exception {
        for (String end : List.of("\n", "\r\n", "\r")) {
            String name = end.length() + (int) end.charAt(0) + ".csv";
            write(name, String.join(end, "a,b", "\"1", "2\",x", "\"1", "2", "3\",y,y", "\"1\",z", ""));
            assertThat(read(name, "max-lines-in-field", "2"))
                    .as(name)
                    .containsExactly("<1" + end + "2> <x>", "<1> <z>");
            assertThat(log.bad())
                    .extracting(RecordingLog.Bad::where)
                    .containsExactly(name + ":4", name + ":5", name + ":6");
            assertThat(log.bad().get(0).why()).contains("is not closed within 2 lines (max-lines-in-field)");
        }
    }

    @Test
    void bytesThatAreNoTextAreBad() throws Exception {
        write("a.csv", concat("a,b\n1,x".getBytes(StandardCharsets.UTF_8), new byte[] {
            (byte) 0xe9, '\n', '2', ',', 'y', 0, '\n'
        }));
        append("a.csv", "3,é\n");
        assertThat(read("a.csv")).containsExactly("<3> <é>");
        assertThat(log.bad().get(0).why()).contains("'b', byte 2", "0xe9", "encoding");
        assertThat(log.bad().get(1).where()).isEqualTo("a.csv:3");
        assertThat(log.bad().get(1).why()).contains("'b', byte 2", "is 0");
    }

    @Test
    void otherEncodingsAreRead() throws Exception {
        String text = "name,n\nMüller €,1\n𝄞,2\n";
        List<String> expected = List.of("<Müller €> <1>", "<𝄞> <2>");
        write("8.csv", "\ufeff" + text);
        assertThat(read("8.csv")).isEqualTo(expected);
        write("16le.csv", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE));
        assertThat(read("16le.csv")).isEqualTo(expected);
        write("16be.csv", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16BE));
        assertThat(read("16be.csv", "encoding", "utf-16")).isEqualTo(expected);
        write("1252.csv", "name,n\nMüller €,1\n".getBytes(Charset.forName("windows-1252")));
        assertThat(read("1252.csv", "encoding", "windows-1252")).containsExactly("<Müller €> <1>");
        write("no-bom.csv", text.getBytes(StandardCharsets.UTF_16LE));
        assertThat(code(() -> read("no-bom.csv"))).isEqualTo("file.encoding");
    }

    @Test
    void largeTextsOfOtherEncodingsSurviveTheirBuffers() throws Exception {
        StringBuilder text = new StringBuilder("n,t\n");
        IntStream.range(0, 60_000)
                .forEach(i -> text.append(i).append(",𝄞é€").append(i).append('\n'));
        write("a.csv", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE));
        List<String> rows = read("a.csv");
        assertThat(rows).hasSize(60_000).last().isEqualTo("<59999> <𝄞é€59999>");
        assertThat(log.bad()).isEmpty();
    }

    @Test
    void headersMustNameEachColumnOnce() throws Exception {
        write("a.csv", "id,id\n1,2\n");
        assertThat(code(() -> read("a.csv"))).isEqualTo("file.header");
        write("b.csv", "id,,x\n1,2,3\n");
        assertThat(code(() -> read("b.csv"))).isEqualTo("file.header");
    }

    @Test
    void withoutAHeaderColumnsAreNumberedOrDeclared() throws Exception {
        write("a.csv", "1,x\n2,y\n");
        assertThat(read("a.csv", "header", "false")).containsExactly("<1> <x>", "<2> <y>");
        assertThat(schema()).isEqualTo("{c1 int64, c2 string}");
    }

    @Test
    void columnsOfLaterFilesAreMatchedByName() throws Exception {
        write("d/1.csv", "id,text\n1,a\n");
        write("d/2.csv", "text,id\nb,2\n");
        write("d/3.csv", "id\n3\n");
        write("d/_hidden.csv", "nonsense\n");
        assertThat(read("d")).containsExactly("<1> <a>", "<2> <b>", "<3> null");
        write("d/4.csv", "id,more\n4,x\n");
        StopException stop = catchThrowableOfType(StopException.class, () -> read("d/*.csv"));
        assertThat(stop.getMessage()).contains("4.csv", "'more'");
        assertThat(stop.whatToDo()).contains("columns: {more: string}");
        assertThat(read("d/*.csv", "on-new-column", "ignore")).containsExactly("<4> null");
    }

    @Test
    void anyFoldersMayBeNone() throws Exception {
        write("in/a.csv", "id\n1\n");
        write("in/sub/b.csv", "id\n2\n");
        write("in/sub/deep/c.csv", "id\n3\n");
        assertThat(read("in/**/*.csv", "stream", "orders")).containsExactlyInAnyOrder("<1>", "<2>", "<3>");
        write("two/d.csv", "id\n4\n");
        write("two/sub/e.csv", "id\n5\n");
        assertThat(read("two/{**/e,d}.csv", "stream", "orders")).containsExactlyInAnyOrder("<4>", "<5>");
    }

    @Test
    void aLinkBackToAFolderAboveIsPassedOver() throws Exception {
        write("in/a.csv", "id\n1\n");
        Files.createSymbolicLink(folder.resolve("in/loop"), folder.resolve("in"));
        assertThat(read("in/**/*.csv", "stream", "orders")).containsExactly("<1>");
    }

    @Test
    void rowsThatWereAddedAreReadAndNoOthers() throws Exception {
        write("a.csv", "id\n1\n2\n");
        assertThat(read("a.csv")).containsExactly("<1>", "<2>");
        append("a.csv", "3\n");
        assertThat(read("a.csv")).containsExactly("<3>");
        Path copy = write("copy", Files.readString(folder.resolve("a.csv")) + "4\n");
        Files.move(copy, folder.resolve("a.csv"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(read("a.csv")).containsExactly("<4>");
        assertThat(read("a.csv")).isEmpty();
    }

    @Test
    void anUnchangedFinishedFileIsNotEvenASplit() throws Exception {
        write("a.csv", "id\n1\n");
        read("a.csv");
        assertThat(harness.discover().splits()).isEmpty();
        Files.setLastModifiedTime(folder.resolve("a.csv"), FileTime.from(NOW));
        assertThat(harness.discover().splits()).hasSize(1);
        assertThat(read("a.csv")).isEmpty();
        assertThat(harness.discover().splits()).isEmpty();
    }

    @Test
    void changesBehindWhatWasReadStop() throws Exception {
        write("a.csv", "id\n1\n2\n");
        read("a.csv");
        write("a.csv", "id\n1\n5\n6\n");
        StopException stop = catchThrowableOfType(StopException.class, () -> read("a.csv"));
        assertThat(stop.code()).isEqualTo("file.changed");
        assertThat(stop.whatToDo()).contains("on-change: restart");
        write("a.csv", "id\n1\n");
        assertThat(code(() -> read("a.csv"))).isEqualTo("file.changed");
        assertThat(read("a.csv", "on-change", "restart")).containsExactly("<1>");
        write("a.csv", "");
        assertThat(code(() -> read("a.csv"))).isEqualTo("file.changed");
    }

    @Test
    void aLastLineWithoutItsEndIsARowAndItsContinuationStops() throws Exception {
        write("a.csv", "id,x\n1,a\n2,b");
        assertThat(read("a.csv")).containsExactly("<1> <a>", "<2> <b>");
        append("a.csv", "\n3,c");
        assertThat(read("a.csv")).containsExactly("<3> <c>");
        append("a.csv", "c\n");
        assertThat(code(() -> read("a.csv"))).isEqualTo("file.continued");
        assertThat(read("a.csv", "on-change", "restart")).hasSize(3);
    }

    @Test
    void aFileThatVanishesHalfReadStops() throws Exception {
        StringBuilder text = new StringBuilder("id\n");
        IntStream.range(0, 25_000).forEach(i -> text.append(i).append('\n'));
        write("a.csv", text.toString());
        log.killAfterCheckpoints(1);
        assertThatThrownBy(() -> read("*.csv")).isInstanceOf(RecordingLog.Killed.class);
        log.live();
        Files.delete(folder.resolve("a.csv"));
        assertThat(code(() -> read("*.csv"))).isEqualTo("file.gone");
        assertThat(read("*.csv", "on-change", "restart")).isEmpty();
    }

    @Test
    void aMissingFileStops() {
        assertThat(code(() -> read("no.csv"))).isEqualTo("file.not-found");
    }

    @Test
    void whatIsNoFileStops() {
        assertThat(code(() -> read("/dev/null"))).isEqualTo("file.not-regular");
    }

    @Test
    void gzipIsReadWhole() throws Exception {
        write("a.csv.gz", concat(gzip("id\n1\n2"), gzip("0\n3\n")));
        assertThat(read("a.csv.gz")).containsExactly("<1>", "<20>", "<3>");
        write("b.csv", gzip("id\n1\n"));
        assertThat(read("b.csv")).containsExactly("<1>");
    }

    @Test
    void gzipThatIsDamagedIsNeverFinished() throws Exception {
        byte[] first = gzip("id\n1\n");
        byte[] second = gzip("2\n");
        byte[] header = concat(first, second);
        header[first.length] = 0x55;
        write("header.gz", header);
        assertThat(code(() -> read("header.gz"))).isEqualTo("file.damaged");
        byte[] crc = concat(first, second);
        crc[crc.length - 6] ^= 1;
        write("crc.gz", crc);
        assertThat(code(() -> read("crc.gz"))).isEqualTo("file.damaged");
        byte[] whole = concat(first, second);
        for (int cut = 1; cut < whole.length; cut += 3) {
            if (cut == first.length) {
                continue;
            }
            write("cut-" + cut + ".gz", Arrays.copyOf(whole, cut));
            String name = "cut-" + cut + ".gz";
            assertThat(code(() -> read(name))).as(name).isEqualTo("file.truncated");
        }
    }

    @Test
    void theRowsInFrontOfTheDamageAreReadOnce() throws Exception {
        byte[] whole = concat(gzip("id\n1\n2\n"), gzip("3\n4\n"));
        byte[] cut = Arrays.copyOf(whole, whole.length - 3);
        Path file = write("a.gz", cut);
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        source("*.gz").followOnce();
        harness.followOnce();
        assertThat(rows()).containsExactly("<1>", "<2>");
        write("a.gz", whole);
        Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(1)));
        harness.followOnce();
        assertThat(rows()).containsExactly("<1>", "<2>", "<3>", "<4>");
        write("b.csv.gz", cut);
        assertThat(code(() -> read("b.csv.gz"))).isEqualTo("file.truncated");
        assertThat(rows()).containsExactly("<1>", "<2>");
    }

    @Test
    void damageIsDescribedWithWhatIsInTheLog() throws Exception {
        byte[] first = gzip("id\n1\n2\n");
        byte[] crc = concat(first, gzip("3\n"));
        crc[crc.length - 6] ^= 1;
        write("a.csv.gz", crc);
        StopException wrong = stop(() -> read("a.csv.gz"));
        assertThat(wrong)
                .hasMessage("'a.csv.gz' is damaged: the checksum of its compressed data is wrong at byte " + crc.length
                        + ", behind 9 bytes of text; its first 2 rows are in the log");
        assertThat(wrong.whatToDo()).contains("whole copy", "file.changed");
        assertThat(log.messages()).hasSize(2);

        byte[] cut = Arrays.copyOf(first, first.length - 1);
        write("b.csv.gz", cut);
        assertThat(stop(() -> read("b.csv.gz")))
                .hasMessage("'b.csv.gz' is incomplete: it ends in the middle of its compressed data, at byte "
                        + cut.length + ", behind 7 bytes of text; none of its rows is in the log");

        byte[] header = concat(first, gzip("3\n"));
        header[first.length] = 0x55;
        write("c.csv.gz", header);
        assertThat(stop(() -> read("c.csv.gz")))
                .hasMessage("'c.csv.gz' is damaged: its compressed data end at byte " + first.length
                        + ", behind 7 bytes of text, and no gzip header follows them; its first 2 rows are in the log");

        byte[] body = concat(first, gzip("3\n"));
        body[first.length + 10] = 0x07;
        write("d.csv.gz", body);
        assertThat(stop(() -> read("d.csv.gz")))
                .hasMessageContaining("its compressed data cannot be read on at byte")
                .hasMessageEndingWith(", behind 7 bytes of text; its first 2 rows are in the log");
    }

    @Test
    void aWholeCopyGoesOnBehindTheDamageAndAnotherOneStops() throws Exception {
        byte[] whole = concat(gzip("id\n1\n2\n"), gzip("3\n"));
        write("a.csv.gz", Arrays.copyOf(whole, whole.length - 3));
        assertThat(code(() -> read("a.csv.gz"))).isEqualTo("file.truncated");
        harness.restart();
        assertThat(stop(() -> harness.runToEnd())).hasMessageEndingWith("its first 2 rows are in the log");
        write("a.csv.gz", whole);
        harness.restart();
        harness.runToEnd();
        assertThat(rows()).containsExactly("<1>", "<2>", "<3>");
        write("b.csv.gz", Arrays.copyOf(whole, whole.length - 3));
        assertThat(code(() -> read("b.csv.gz"))).isEqualTo("file.truncated");
        write("b.csv.gz", concat(gzip("id\n1\n9\n"), gzip("3\n")));
        harness.restart();
        assertThat(code(() -> harness.runToEnd())).isEqualTo("file.changed");
    }

    @Test
    void damageBehindARowThatIsTooLongLeavesThatRowForTheWholeCopy() throws Exception {
        byte[] second = gzip("x".repeat(50) + "\n3\n");
        byte[] whole = concat(gzip("id\n1\n" + "x".repeat(100)), second);
        byte[] cut = Arrays.copyOf(whole, whole.length - second.length + 5);
        write("a.csv.gz", cut);
        assertThat(stop(() -> read("a.csv.gz", "max-row-bytes", "64")))
                .hasMessageEndingWith("its first row is in the log");
        assertThat(log.bad()).isEmpty();
        write("a.csv.gz", whole);
        harness.restart();
        harness.runToEnd();
        assertThat(rows()).containsExactly("<1>", "<3>");
        assertThat(log.bad()).hasSize(1);
    }

    @Test
    void aBombFillsNoMemory() throws Exception {
        int rowMax = 1 << 20;
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write("id\n1\n".getBytes(StandardCharsets.UTF_8));
            byte[] block = new byte[1 << 20];
            Arrays.fill(block, (byte) 'x');
            for (int i = 0; i < 64; i++) {
                gzip.write(block);
            }
            gzip.write("\n2\n".getBytes(StandardCharsets.UTF_8));
        }
        Path file = write("a.csv.gz", bomb.toByteArray());
        int steps = 0;
        int largest = 0;
        try (TextFile text = TextFile.open(file, StandardCharsets.UTF_8, TextFile.Compression.AUTO)) {
            CsvCursor cursor =
                    new CsvCursor(text.buffer(), new CsvScanner(CsvDialect.DEFAULT), CsvDialect.DEFAULT, rowMax);
            CsvCursor.Step step = cursor.next(true);
            while (step != CsvCursor.Step.END) {
                assertThat(step).isEqualTo(steps == 2 ? CsvCursor.Step.BAD : CsvCursor.Step.ROW);
                cursor.advance();
                step = cursor.next(true);
                largest = Math.max(largest, text.buffer().bytes.length);
                steps++;
            }
        }
        assertThat(steps).isEqualTo(4);
        assertThat(largest).isLessThan(4 * rowMax);
    }

    @Test
    void aFollowedFileGivesRowsAsTheyAreCompleted() throws Exception {
        Path file = write("a.csv", "id,x\n1,a\n2,b");
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        source("*.csv").followOnce();
        assertThat(rows()).containsExactly("<1> <a>");
        append("a.csv", "b\n3,");
        Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(1)));
        context.advance(Duration.ofSeconds(1));
        harness.followOnce();
        assertThat(rows()).containsExactly("<1> <a>", "<2> <bb>");
        write("b.csv", "id,x\n9,z\n");
        harness.followOnce();
        assertThat(rows()).endsWith("<9> <z>");
        context.advance(Duration.ofHours(1));
        harness.followOnce();
        assertThat(rows()).endsWith("<9> <z>", "<3> null");
        assertThat(log.isFinished("a.csv")).isTrue();
    }

    @Test
    void aFollowedFileThatIsReplacedStops() throws Exception {
        Path file = write("a.csv", "id\n1\n2\n");
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        source("*.csv").followOnce();
        Path other = write("other", "id\n7\n8\n9\n");
        Files.setLastModifiedTime(other, FileTime.from(NOW));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(code(() -> harness.followOnce())).isEqualTo("file.changed");
    }

    @Test
    void aFollowedFileThatIsWrittenOverStopsAlsoWhenItIsLongerThen() throws Exception {
        assertStopsWhenWrittenOver(3);
    }

    @Test
    void aLongFollowedFileThatIsWrittenOverStopsToo() throws Exception {
        assertStopsWhenWrittenOver(3_000_000);
    }

    private void assertStopsWhenWrittenOver(int rows) throws Exception {
        Path file = write("a.csv", numbers(10_000_000, rows));
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        source("*.csv").followOnce();
        append("a.csv", "1\n");
        Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(1)));
        harness.followOnce();
        assertThat(log.messages()).hasSize(rows + 1);
        write("a.csv", numbers(20_000_000, rows + 2));
        Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(2)));
        assertThat(code(() -> harness.followOnce())).isEqualTo("file.changed");
    }

    private static String numbers(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n", "id\n", "\n"));
    }

    @Test
    void aRowLongerThanAllowedIsBadAndMemoryIsSpared() throws Exception {
        try (var out = Files.newOutputStream(folder.resolve("a.csv"))) {
            out.write("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
            byte[] block = new byte[1 << 20];
            Arrays.fill(block, (byte) 'x');
            for (int i = 0; i < 100; i++) {
                out.write(block);
            }
            out.write("\n3,4\n\"".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 100; i++) {
                out.write(block);
            }
            out.write("\n5,6\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read("a.csv", "max-row-bytes", "1MiB")).containsExactly("<1> <2>", "<3> <4>", "<5> <6>");
        assertThat(log.bad()).extracting(RecordingLog.Bad::where).containsExactly("a.csv:3", "a.csv:5");
        assertThat(log.bad())
                .allMatch(bad -> bad.raw().length() <= 64 * 1024 && bad.why().contains("max-row-bytes"));
    }

    @Test
    void fiveThousandColumnsAreRead() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < 300; row++) {
            for (int column = 0; column < 5_000; column++) {
                text.append(column == 0 ? "" : ",").append(row == 0 ? "c" + column : String.valueOf(row * column));
            }
            text.append('\n');
        }
        write("a.csv", text.toString());
        source("a.csv").runToEnd();
        assertThat(log.messages()).hasSize(299);
        assertThat(((Row) log.messages().get(298).value()).longAt(4_999)).isEqualTo(299L * 4_999);
    }

    @Test
    void otherDialectsAreRead() throws Exception {
        write("a.csv", "# made by hand\nid;'te xt'\r\n 1 ; 'a''b;' \r\n#2;x\r\n3;\\'y\r\n");
        assertThat(read("a.csv", "delimiter", ";", "quote", "'", "comment", "#", "trim", "true", "escape", "\\"))
                .containsExactly("<1> <a'b;>", "<3> <'y>");
    }

    private List<StreamSchema> known(String path, String... options) throws Exception {
        Map<String, Object> all = new HashMap<>(Map.of("path", path));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        FileSourceFactory factory = new FileSourceFactory();
        return factory.knownStreams(Config.parse(factory.config(), all), context);
    }

    @Test
    void whatIsThereTellsTheFieldsBeforeAnythingRuns() throws Exception {
        write("in/a.csv", "id,price\n1,9.90\n");
        write("in/b.csv", "id,price,late\n2,1.00,x\n");
        for (String path : List.of("in", "in/*.csv", "in/a.csv")) {
            assertThat(known(path, "key", "id"))
                    .containsExactly(StreamSchema.of(
                            "orders",
                            Schema.of(
                                    "orders",
                                    Field.nullable("id", Type.INT64),
                                    Field.nullable("price", Type.decimal(18, 2))),
                            List.of("id")));
        }
        assertThat(known("in/a.csv", "stream", "sales").get(0).name()).isEqualTo("sales");
    }

    @Test
    void whereNothingIsThereYetNothingIsKnownOfIt() throws Exception {
        write("empty.csv", "");
        write("in/other.txt", "id\n1\n");
        for (String path : List.of("none.csv", "none", "none/*.csv", "in/*.csv", "empty.csv")) {
            assertThat(known(path)).as(path).isEmpty();
        }
    }

    @Test
    void whatAFirstStartWouldStopForIsToldOfFilesThatAreThere() throws Exception {
        write("a.csv", "id,price\n1,9.90\n");
        assertThatThrownBy(() -> known("a.csv", "key", "idd"))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("`key` names the column 'idd'");
    }
}
