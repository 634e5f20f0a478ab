package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProduceCommandTest extends CommandCase {

    @BeforeEach
    void create() throws IOException {
        assertThat(cli.run("topics create words").exitCode()).isZero();
    }

    /** A topic whose rows have the key field number. */
    private void linesTopic() throws IOException {
        cli.write("in.txt", "one\ntwo\n");
        cli.write("p.yaml", """
                name: p
                sources:
                  in: {connector: lines, topic: lines, options: {path: in.txt}}
                """);
        assertThat(cli.run("run p.yaml").exitCode()).isZero();
    }

    /** What a topic has, without times and places. */
    private String full(String topic) {
        return cli.run("consume " + topic + " --full")
                .out()
                .replaceAll("(,)?\"timestamp\":\"[^\"]*\"", "")
                .replaceAll(",\"topic\":.*}", "}");
    }

    @Test
    void produceAppendsLinesInTheTopicsSchema() throws IOException {
        linesTopic();

        assertThat(cli.run("produce lines", "{\"number\":7,\"text\":\"seven\"}\n")
                        .out())
                .isEqualTo("appended 1 record to topic 'lines'\n");
        assertThat(cli.run("consume lines --full").out()).contains("\"key\":{\"number\":7}");
        assertThat(cli.run("produce lines", "{\"number\":8,\"text\":\"eight\"}\n{\"nmber\":9}\n"))
                .satisfies(outcome -> {
                    assertThat(outcome.exitCode()).isEqualTo(1);
                    assertThat(outcome.err()).contains("line 2 cannot be appended", "the 1 before it are in the topic");
                });
    }

    @Test
    void produceWritesTextAndJsonToNewTopics() {
        assertThat(cli.run("topics create letters --partitions 3").out())
                .isEqualTo("created topic 'letters' with 3 partitions\n");

        assertThat(cli.run("produce letters --codec text", "a\nb\nc\n").exitCode())
                .isZero();
        assertThat(cli.run("produce letters --codec json --key id", "{\"id\":1}\n")
                        .exitCode())
                .isZero();

        assertThat(cli.run("consume letters").out().lines())
                .containsExactlyInAnyOrder("\"a\"", "\"b\"", "\"c\"", "{\"id\":1}");
    }

    @Test
    void linesMayHaveKeysHeadersAndNulls() {
        Outcome outcome = cli.run(
                "produce words --codec text --key-separator : --null-marker NULL --header from=test --header b=",
                "a:one\nb:two: three\na:NULL\n");

        assertThat(outcome).isEqualTo(new Outcome(0, "appended 3 records to topic 'words'\n", ""));
        assertThat(full("words")).isEqualTo("""
                {"operation":"create","key":"a","value":"one","headers":{"from":"test","b":""}}
                {"operation":"create","key":"b","value":"two: three","headers":{"from":"test","b":""}}
                {"operation":"delete","key":"a","headers":{"from":"test","b":""}}
                """);
    }

    @Test
    void bytesAreTakenAsTheyAreAndTextThatIsNoneIsRefused() {
        byte[] lines = {'k', ':', (byte) 0xFF, (byte) 0xFE, ' ', (byte) 0xC3, '\n'};
        assertThat(cli.run("topics create raw").exitCode()).isZero();
        assertThat(cli.run("produce raw --codec bytes --key-separator :", lines).exitCode())
                .isZero();
        assertThat(full("raw")).isEqualTo("{\"operation\":\"create\",\"key\":\"k\",\"value\":\"//4gww==\"}\n");
        assertThat(cli.run("produce raw --codec text", lines)).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err()).contains("line 1 cannot be appended: it is not UTF-8 text");
        });
    }

    @Test
    void aTimeBeyondAllTimesIsRefusedInWords() {
        assertThat(cli.run("topics create long --retention 999999999999999d").err())
                .contains("--retention must be from", "to")
                .doesNotContain("Exception");
    }

    @Test
    void aLineOverTheLimitIsRefusedWithItsSizeAndTheOption() {
        assertThat(cli.run("topics create small --max-record-size 1KiB").exitCode())
                .isZero();
        Outcome outcome = cli.run("produce small --codec text", "one\n" + "y".repeat(5000) + "\n");

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.err())
                .containsPattern("a record of 50\\d\\d bytes")
                .contains("limit of 1024 bytes")
                .contains("max-record-size");
        assertThat(cli.run("produce small --codec text", "two\n").exitCode()).isZero();
        assertThat(cli.run("consume small").out()).endsWith("\"two\"\n");
    }

    @Test
    void aTabIsWrittenAsItIsTyped() {
        assertThat(cli.run("produce words --codec text --key-separator \\t", "a\tone\n")
                        .exitCode())
                .isZero();
        assertThat(full("words")).contains("\"key\":\"a\",\"value\":\"one\"");
    }

    @Test
    void linesComeFromAFile() throws IOException {
        cli.write("lines.txt", "one\ntwo\n");

        assertThat(cli.run("produce words --codec text --file lines.txt").out())
                .isEqualTo("appended 2 records to topic 'words'\n");
        assertThat(cli.run("produce words --codec text --file none.txt"))
                .isEqualTo(new Outcome(2, "", "mainstem: there is no file 'none.txt'\n"));
        assertThat(cli.run("consume words").out()).isEqualTo("\"one\"\n\"two\"\n");
    }

    @Test
    void wholeRecordsGoIntoATopicAsTheyCameOutOfOne() throws IOException {
        linesTopic();
        assertThat(cli.run("topics create copy").exitCode()).isZero();
        String records = cli.run("consume lines --full").out();

        assertThat(cli.run("produce copy --key number --full", records).out())
                .isEqualTo("appended 2 records to topic 'copy'\n");

        assertThat(cli.run("consume copy --full").out())
                .isEqualTo(records.replace("\"topic\":\"lines\"", "\"topic\":\"copy\""));
        assertThat(cli.run(
                                "produce copy --full",
                                "{\"key\": {\"number\": 1}, \"value\": null, \"headers\": {\"a\": \"b\"}}\n")
                        .exitCode())
                .isZero();
        assertThat(full("copy"))
                .endsWith("{\"operation\":\"delete\",\"key\":{\"number\":1},\"headers\":{\"a\":\"b\"}}\n");
    }

    @Test
    void wholeRecordsOfTextAndBytesAreStrings() {
        String text = "{\"key\": 7, \"value\": \"größer\", \"timestamp\": \"2026-01-31T12:00:00Z\"}\n";
        assertThat(cli.run("produce words --codec text --full", text).exitCode())
                .isZero();
        assertThat(cli.run("consume words --full").out())
                .startsWith(
                        "{\"operation\":\"create\",\"key\":\"7\",\"value\":\"größer\",\"timestamp\":\"2026-01-31T12:00:00Z\"");
        assertThat(cli.run("topics create raw").exitCode()).isZero();
        assertThat(cli.run("produce raw --codec bytes --full", "{\"value\": \"AAEC\"}\n")
                        .exitCode())
                .isZero();
        assertThat(cli.run("consume raw --codec bytes").out()).isEqualTo("\"AAEC\"\n");
    }

    @Test
    void noDigitOfANumberIsLost() {
        String value = "{\"a\":123456789012345678,\"b\":1.10}";
        assertThat(cli.run("produce words --codec json --full", "{\"value\": " + value + "}\n")
                        .exitCode())
                .isZero();
        assertThat(cli.run("consume words").out()).contains("123456789012345678");
    }

    @Test
    void twoMembersOfOneNameAreNotARecord() throws IOException {
        String why = "an object has two members 'a', and only one can be meant, at byte ";
        for (String codec : List.of("json", "avro")) {
            assertThat(cli.run("produce words --codec " + codec, "{\"a\": 1}\n{\"a\": 1, \"a\": 2}\n")
                            .err())
                    .startsWith("mainstem: line 2 cannot be appended: " + why);
        }
    }

    @Test
    void theFirstWrongLineIsNamedAndTheOnesBeforeItAreInTheTopic() throws IOException {
        linesTopic();
        String right = "{\"value\": {\"number\": 5, \"text\": \"five\"}}\n";
        for (String[] wrong : new String[][] {
            {"[]", "it is no JSON object"},
            {"{\"value\": {\"number\": 1, \"text\": \"x\"}", "it is not JSON: "},
            {"{\"value\": {\"number\": 1, \"text\": \"x\"}} x", "it is not JSON: "},
            {
                "{\"value\": {\"number\": 1, \"number\": 2, \"text\": \"x\"}}",
                "it is not JSON: Duplicate field 'number', at column 33"
            },
            {"{\"valu\": {}}", "it has 'valu'; a record has operation, key, value, headers and timestamp"},
            {"{\"operation\": \"drop\"}", "its operation is 'drop'; it must be create, update, delete or snapshot"},
            {"{\"timestamp\": \"today\"}", "its timestamp 'today' is no time such as"},
            {"{\"headers\": {\"a\": 1}}", "its header a is no JSON string"},
            {"{\"key\": [1]}", "its key is an array"},
            {
                "{\"key\": {\"number\": 6}, \"value\": {\"number\": 5, \"text\": \"x\"}}",
                "its key '6' is not the one that its fields make, '5'"
            },
            {"{\"value\": null}", "a delete has no key"},
        }) {
            assertThat(cli.run("produce lines --full", right + wrong[0] + "\n" + right))
                    .as(wrong[0])
                    .satisfies(outcome -> {
                        assertThat(outcome.exitCode()).isEqualTo(1);
                        assertThat(outcome.out()).isEmpty();
                        assertThat(outcome.err())
                                .startsWith("mainstem: line 2 cannot be appended: " + wrong[1])
                                .endsWith("; the 1 before it are in the topic\n");
                    });
        }
        assertThat(cli.run("consume lines").out().lines()).hasSize(13);
    }

    @Test
    void aRecordThatTheLogRefusesIsNamedWithWhatIsThere() {
        Outcome outcome = cli.run("produce words --codec text", "one\n" + "x".repeat(9 << 20) + "\nthree\n");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .startsWith("mainstem: line 2 was not appended: a record of ")
                .endsWith("; 2 records of this input are in topic 'words'\n");
    }

    @Test
    void optionsThatDoNotGoTogetherAreTold() {
        assertThat(cli.run("produce words --full --key-separator :").err()).contains("leave out --key-separator");
        assertThat(cli.run("produce words --header =x").err()).contains("--header is '=x'");
        assertThat(cli.run("produce words --codec text --key-separator :", "one\n")
                        .err())
                .contains("line 1 cannot be appended: it has no ':' between key and value; the 0 before it");
    }

    @Test
    void aNewTopicGetsASchemaWithRoomForTheFirstLines() {
        assertThat(cli.run("topics create things").exitCode()).isZero();
        String lines = """
                {"id":1,"amount":2,"tags":[1]}
                {"id":2,"amount":2.5,"note":"x","tags":["y"],"inner":[{"a":1},{"a":1.5}]}
                {"id":3,"amount":null}
                """;
        Outcome outcome = cli.run("produce things", lines);
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(cli.run("consume things").out()).isEqualTo("""
                {"id":1,"amount":2,"tags":[1],"note":null,"inner":null}
                {"id":2,"amount":2.5,"tags":["y"],"note":"x","inner":[{"a":1},{"a":1.5}]}
                {"id":3,"amount":null,"tags":null,"note":null,"inner":null}
                """);
    }

    @Test
    void textThatLooksLikeJsonIsText() {
        assertThat(cli.run("topics create notes").exitCode()).isZero();
        assertThat(cli.run("produce notes --codec text", "{\"a\": 1.50}\n{oops}\n")
                        .exitCode())
                .isZero();
        assertThat(cli.run("consume notes")).isEqualTo(new Outcome(0, "\"{\\\"a\\\": 1.50}\"\n\"{oops}\"\n", ""));
        assertThat(cli.run("consume notes --codec json --max 1").out()).isEqualTo("{\"a\":1.50}\n");
    }

    @Test
    void aLineEndsAtALineFeedAlone() {
        assertThat(cli.run("produce words --codec text", "one\rtwo\r\nthree\n\nfive")
                        .out())
                .isEqualTo("appended 4 records to topic 'words'\n");
        assertThat(cli.run("consume words --codec text").out()).isEqualTo("""
                "one\\rtwo\\r"
                "three"
                ""
                "five"
                """);
        assertThat(cli.run("topics create rows").exitCode()).isZero();
        assertThat(cli.run("produce rows", "{\"a\": 1,\r\"b\": 2}\r\n").exitCode())
                .isZero();
    }
}
