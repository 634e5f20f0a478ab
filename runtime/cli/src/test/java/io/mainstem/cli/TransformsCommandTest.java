package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the command line knows of transforms. */
class TransformsCommandTest extends CommandCase {

    private static final String PIPELINE = """
            name: p
            sources:
              in:
                connector: lines
                topic: t
                options: {path: lines.txt}
                transforms:
                  - filter: value.number %s
                  - rename: {text: line}
            sinks:
              out:
                connector: lines
                topics: [t]
                options: {path: copy.txt}
            """;
    private static final String TESTS = """
            tests:
              - name: the first stays
                source: in
                rows:
                  - {number: 1, text: a}
                  - {number: 2, text: b}
                expect:
                  - {number: 1, line: %s}
            """;

    @Test
    void aRowThatCannotBeOneIsToldAtItsPlace() throws IOException {
        cli.write("p.yaml", PIPELINE.formatted("< 2") + """
                tests:
                  - name: rows
                    source: in
                    fields: {number: int64 not null}
                    rows:
                      - {number: 1, text: a}
                      - {text: b}
                      - {number: many, text: c}
                      - {$operation: updte, number: 2}
                      - no row
                    expect: []
                  - {name: nobody, source: inn, rows: [], expect: []}
                """);
        CommandLineHarness.Outcome outcome = cli.run("test p.yaml");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .anyMatch(line -> line.startsWith("p.yaml:21:9: ") && line.contains("number"))
                .anyMatch(line -> line.startsWith("p.yaml:22:9: ") && line.contains("number"))
                .anyMatch(line -> line.startsWith("p.yaml:23:9: ") && line.contains("did you mean 'update'?"))
                .anyMatch(line -> line.startsWith("p.yaml:24:9: ") && line.contains("a row must be a map of fields"))
                .anyMatch(line -> line.startsWith("p.yaml:26:")
                        && line.contains("there is no source 'inn' here; did you mean 'in'?"));
    }

    @Test
    void testsPassOrShowWhatDiffersAtItsPlace() throws IOException {
        cli.write("p.yaml", PIPELINE.formatted("< 2") + TESTS.formatted("a"));
        CommandLineHarness.Outcome passed = cli.run("test p.yaml --trace");
        assertThat(passed.exitCode()).as("%s", passed).isZero();
        assertThat(passed.out())
                .contains("ok      the first stays (p.yaml:16:5)", "1 test, all passed")
                .contains("rename: {\"number\":1,\"line\":\"a\"}", "filter: dropped");

        cli.write("p.yaml", PIPELINE.formatted("< 2") + TESTS.formatted("z"));
        CommandLineHarness.Outcome failed = cli.run("test p.yaml");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out())
                .contains("p.yaml:22:9: row 1, line: expected \"z\", and got \"a\"", "1 test, 1 failed");
        assertThat(cli.run("test p.yaml --output json").out()).contains("\"failed\" : 1");
    }

    @Test
    void aNameBesideTheFieldsThatThereIsNotIsTold() throws IOException {
        cli.write("p.yaml", PIPELINE.formatted("< 2") + """
                tests:
                  - source: in
                    rows:
                      - {number: 1, $heders: {a: b}}
                      - {number: 1, $nothing: 1, $time: 2024-01-01T00:00:00Z}
                    expect:
                      - {number: 1, $topc: t, $time: 2024-01-01T00:00:00Z}
                """);
        assertThat(cli.run("test p.yaml").err())
                .contains(
                        "p.yaml:18:21: a row has no '$heders'; did you mean '$headers'?",
                        "p.yaml:19:21: a row has no '$nothing'; beside its fields there are $operation, $key, $headers,"
                                + " $time",
                        "p.yaml:21:21: a row that is expected has no '$topc'; did you mean '$topic'?",
                        "p.yaml:21:31: a row that is expected has no '$time'");
    }

    @Test
    void textsAndNumbersAreExpectedAsTheyAre() throws IOException {
        String rows = PIPELINE.formatted("< 2") + """
                tests:
                  - source: in
                    fields: {text: string, exact: "decimal(20,2)", inner: "array<string>"}
                    key: [text]
                    rows:
                      - {number: 1, text: "01", exact: 1.5, inner: ["7"], $key: {text: "01"}, $headers: {n: 5}}
                    expect:
                      - %s
                """;
        cli.write(
                "p.yaml",
                rows.formatted(
                        "{number: 1.0, line: \"01\", exact: \"1.50\", inner: [\"7\"], $key: {line: \"01\"}, $headers: {n: 5}}"));
        assertThat(cli.run("test p.yaml").exitCode()).isZero();
        cli.write(
                "p.yaml",
                rows.formatted("{number: \"1\", line: 1, exact: 1.50, inner: [7], $key: {line: 1}, $headers: {n: 6}}"));
        assertThat(cli.run("test p.yaml").out())
                .contains(
                        "number: expected the text \"1\", and got the number 1: the field is a int64",
                        "line: expected the number 1, and got the text \"01\": the field is a string",
                        "inner: expected [7], and got [\"7\"]",
                        "$key: expected {\"line\":1}, and got {\"line\":\"01\"}",
                        "$headers: expected {\"n\":6}, and got {\"n\":\"5\"}")
                .doesNotContain("exact:");
    }

    @Test
    void aMistakeInAnExpressionIsShownAtItsCharacter() throws IOException {
        cli.write("p.yaml", PIPELINE.formatted("> 'x' && valu.number > 1"));
        CommandLineHarness.Outcome outcome = cli.run("validate p.yaml");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("p.yaml:8:39: there is no variable 'valu'");
    }

    @Test
    void stepsAreListedAndDescribed() {
        assertThat(cli.run("transforms list").out()).contains("filter", "lookup", "built in");
        assertThat(cli.run("transforms describe mask").out()).contains("keep: integer", "default 0");
        assertThat(cli.run("transforms describe nothing").exitCode()).isEqualTo(1);
        assertThat(cli.run("transforms describe fliter").err())
                .isEqualTo("mainstem: there is no step 'fliter'; did you mean 'filter'?\n");
        assertThat(cli.run("schema pipeline").out()).contains("\"transforms\"", "\"dedupe\"", "\"tests\"");
    }
}
