package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Type;
import io.mainstem.runtime.plugin.Connectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes in {@code transforms}, at their places. */
class TransformsReaderTest {

    @TempDir
    Path folder;

    /** The problems of a pipeline whose source has these steps, which begin in line 7; of a sink's, in line 12. */
    private List<String> problems(String ofSource, String ofSink) throws IOException {
        Path file = Files.writeString(folder.resolve("p.yaml"), """
                name: p
                sources:
                  s:
                    connector: typed
                    options: {path: x}
                    transforms:
                %s
                sinks:
                  t:
                    connector: table
                    topics: [p.s]
                    options: {url: x}
                    transforms:
                %s
                """.formatted(ofSource, ofSink));
        List<io.mainstem.api.Factory<?>> factories = new ArrayList<>();
        factories.add(new Typed());
        factories.add(new ExampleConnectors.Table());
        PipelineSet set = PipelineReader.read(file, Connectors.of(factories), Map.of());
        return set instanceof PipelineSet.Invalid invalid
                ? invalid.problems().stream()
                        .map(problem -> problem.line() + ":" + problem.column() + ": " + problem.message())
                        .toList()
                : List.of();
    }

    private List<String> problems(String ofSource) throws IOException {
        return problems(ofSource, "      - filter: value.x > 1");
    }

    @Test
    void whatIsRightHasNoProblems() throws IOException {
        assertThat(problems("""
                      - filter: value.amount > 10 && value.unknown == 'x'
                        on: [s]
                      - rename: {amount: total}
                      - add: {twice: value.total * 2.0}
                      - mask: name
                      - cast: {anything: int64}
                """.stripTrailing())).isEmpty();
    }

    @Test
    void inQuotesAPlaceIsThatOfTheFile() throws IOException {
        String first = "      - filter: ";
        for (String filter : List.of(
                "'''x'' == value.name && value.name > 3'",
                "\"\\x27x' == value.name && value.name > 3\"",
                "\"\\u0027x' == value.name && value.name > 3\"",
                "'\"x\" == value.name && value.name > 3'")) {
            int column = first.length() + filter.indexOf('>') + 1;
            assertThat(problems(first + filter)).singleElement().asString().startsWith("7:" + column + ": ");
        }
    }

    @Test
    void aTopicThatCannotBeIsFoundWhereverItIsNamed() throws IOException {
        assertThat(problems("      - route: \"orders 1\""))
                .singleElement()
                .asString()
                .startsWith("7:17: the topic 'orders 1' must have 1 to 249 letters");
        assertThat(problems("      - route: \"a/{value.name}\""))
                .singleElement()
                .asString()
                .startsWith("7:17: the topic 'a/{value.name}' must have");
        assertThat(problems("      - lookup: {topic: \"a b\", by: [name], fields: {x: y}}"))
                .singleElement()
                .asString()
                .startsWith("7:26: the topic 'a b' must have");
        assertThat(problems("      - route: \"orders.{value.name}\"")).isEmpty();
    }

    @Test
    void aStepThatNamesNothingIsASlip() throws IOException {
        for (String step : List.of("key: []", "mask: []", "drop: []", "rename: {}", "add: {}", "dedupe: {by: []}")) {
            assertThat(problems("      - " + step))
                    .as(step)
                    .singleElement()
                    .asString()
                    .contains("it names nothing");
        }
        assertThat(problems("      - key: []"))
                .containsExactly("7:14: 'fields': it names nothing; name something, or leave the step out");
        assertThat(problems("      - flatten: []")).isEmpty();
        assertThat(problems("      - mask: name\n        on: []"))
                .containsExactly("8:13: 'on' names nothing; leave it out for all, or name some");
    }

    @Test
    void aFieldHasAName() throws IOException {
        for (String step : List.of(
                "add: {\"\": value.amount}",
                "parse: {field: name, as: json, fields: {\"\": string}}",
                "headers: {\"\": x}")) {
            assertThat(problems("      - " + step))
                    .as(step)
                    .singleElement()
                    .asString()
                    .contains("must have names, and the empty text is none");
        }
        for (String step : List.of(
                "rename: {a: \"\"}", "nest: {into: \"\", fields: [name]}", "split: {field: list, number: \"\"}")) {
            assertThat(problems("      - " + step))
                    .as(step)
                    .singleElement()
                    .asString()
                    .contains("must be the name of a field, not the empty text");
        }
    }

    @Test
    void aTypeThatIsNoneIsGuessed() throws IOException {
        assertThat(problems("      - cast: {name: int}"))
                .singleElement()
                .asString()
                .startsWith("7:")
                .contains("'int' is not a type; did you mean 'int32'?");
    }

    @Test
    void aStepThatIsNotThereIsGuessed() throws IOException {
        assertThat(problems("      - filtr: value.x > 1"))
                .containsExactly("7:9: there is no step 'filtr'; did you mean 'filter'?");
        assertThat(problems("      - filter: value.x > 1\n        rename: {a: b}"))
                .singleElement()
                .asString()
                .startsWith("7:9: a step has one name, and here are 'filter', 'rename'");
    }

    @Test
    void aMistakeInAnExpressionIsShownAtItsCharacterInEveryFormOfText() throws IOException {
        String wrong = "'<' does not go with (string, int); convert one with int(...), double(...) or string(...)";
        assertThat(problems("      - filter: value.name < 1")).containsExactly("7:28: " + wrong);
        assertThat(problems("      - filter: \"value.name < 1\"")).containsExactly("7:29: " + wrong);
        assertThat(problems("      - filter: |\n          true &&\n          value.name < 1"))
                .containsExactly("9:22: " + wrong);
        assertThat(problems("      - add:\n          x: value.name < 1")).containsExactly("8:25: " + wrong);
    }

    @Test
    void typesFollowFromStepToStep() throws IOException {
        assertThat(problems("      - rename: {name: title}\n      - filter: value.title + 1 == 2"))
                .singleElement()
                .asString()
                .startsWith("8:29: '+' does not go with (string, int)");
        assertThat(problems("      - mask: amount")).singleElement().asString().contains("only text can be masked");
    }

    @Test
    void optionsAreCheckedAsThoseOfConnectors() throws IOException {
        assertThat(problems("      - mask: {fields: [name], kep: 1}"))
                .containsExactly("7:32: the step 'mask' has no option 'kep'; did you mean 'keep'?");
        assertThat(problems("      - cast: {amount: intt}"))
                .singleElement()
                .asString()
                .startsWith("7:24: ");
        assertThat(problems("      - split: {number: n}"))
                .singleElement()
                .asString()
                .contains("split needs 'field' or 'expression'");
    }

    @Test
    void someStepsAreForSourcesAloneAndOnNamesWhatIsThere() throws IOException {
        assertThat(problems("      - filter: value.x > 1", "      - route: a\n      - drop: a\n        on: [p.t]"))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("'route' is for sources only"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("does not read the topic 'p.t'", "did you mean 'p.s'?"));
    }

    /** A source that knows two of its fields. */
    private static final class Typed implements SourceFactory {

        private final SourceFactory files = new ExampleConnectors.Files();

        @Override
        public String name() {
            return "typed";
        }

        @Override
        public String summary() {
            return files.summary();
        }

        @Override
        public io.mainstem.api.ConfigSpec config() {
            return files.config();
        }

        @Override
        public io.mainstem.api.Capabilities capabilities(Config config) {
            return files.capabilities(config);
        }

        @Override
        public List<Field> declaredFields(Config config) {
            return List.of(Field.nullable("amount", Type.FLOAT64), Field.nullable("name", Type.STRING));
        }

        @Override
        public io.mainstem.api.Source create(Config config, io.mainstem.api.Context context) throws Exception {
            return files.create(config, context);
        }
    }
}
