package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.StreamSchema;
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
        return problems(PipelineReader.read(file, connectors(List.of()), Map.of()));
    }

    /** The problems when the source can look at what it will read: at id, amount, and name, of which id is the key. */
    private List<String> found(String ofSource, String topics, String ofSink) throws IOException {
        return found(ofSource, topics, "t", ofSink);
    }

    /** The same of a sink that reads these topics. */
    private List<String> found(String ofSource, String topics, String read, String ofSink) throws IOException {
        Path file = Files.writeString(folder.resolve("p.yaml"), """
                name: p
                sources:
                  s:
                    connector: typed
                    topic: t
                    options: {path: x}
                    transforms:
                %s
                topics: %s
                sinks:
                  out:
                    connector: table
                    topics: [%s]
                    options: {url: x}
                    transforms:
                %s
                """.formatted(ofSource, topics, read, ofSink));
        Schema schema = Schema.of(
                "s",
                Field.required("id", Type.INT64),
                Field.nullable("amount", Type.FLOAT64),
                Field.nullable("name", Type.STRING));
        List<StreamSchema> streams = List.of(StreamSchema.of("s", schema, List.of("id")));
        return problems(PipelineReader.validate(List.of(file), connectors(streams), Outside.of(Map.of())));
    }

    private static Connectors connectors(List<StreamSchema> streams) {
        List<io.mainstem.api.Factory<?>> factories = new ArrayList<>();
        factories.add(new Typed(streams));
        factories.add(new ExampleConnectors.Table());
        return Connectors.of(factories);
    }

    private static List<String> problems(PipelineSet set) {
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

    @Test
    void whereAllFieldsAreKnownEveryNameThatIsNoneIsTold() throws IOException {
        assertThat(found("""
                      - rename: {nam: title, amont: total}
                      - drop: [idd, name]
                      - key: [nokey]
                      - filter: value.amout > 1.0 && value.nme == 'x'
                """.stripTrailing(), "{}", "      - mask: nmae"))
                .containsExactly(
                        "8:18: there is no field 'nam'; did you mean 'name'?",
                        "8:30: there is no field 'amont'; did you mean 'amount'?",
                        "9:16: there is no field 'idd'; did you mean 'id'?",
                        "10:15: there is no field 'nokey'; the fields are id, amount, name, title, total",
                        "11:23: there is no field 'amout' in value; did you mean 'amount'?",
                        "11:44: there is no field 'nme' in value; did you mean 'name'?",
                        "19:15: there is no field 'nmae'; did you mean 'name'?");
    }

    @Test
    void whatOnlyFollowsFromAMistakeIsNotTold() throws IOException {
        assertThat(found(
                        """
                      - add: {total: value.amont * 2.0, twice: value.amount * 2.0}
                      - rename: {nam: title}
                      - parse: {field: nme, as: json, fields: {sku: string}}
                      - cast: {total: string, sku: int64}
                      - filter: value.title == 'x' && value.twice > 1.0 && value.sku > 1
                      - keep: [id, total, title, sku]
                """.stripTrailing(),
                        "{t: {key: total}}",
                        "      - filter: value.total == 'x' && value.sku > 1"))
                .containsExactly(
                        "8:28: there is no field 'amont' in value; did you mean 'amount'?",
                        "9:18: there is no field 'nam'; did you mean 'name'?",
                        "10:24: there is no field 'nme'; did you mean 'name'?");
    }

    @Test
    void whatASourcePutsIntoATopicIsWhatItsSinksHave() throws IOException {
        assertThat(found("      - rename: {amount: total}\n      - drop: [name]", "{}", """
                      - filter: value.amount > 1.0
                      - cast: {totl: "decimal(10,2)"}
                      - drop: [id]
                """.stripTrailing()))
                .containsExactly(
                        "17:23: there is no field 'amount' in value; the fields are id, total",
                        "18:16: there is no field 'totl'; did you mean 'total'?",
                        "19:15: the field 'id' is part of the key, and rows cannot be without it; choose another key with"
                                + " the step 'key' first");
        assertThat(found("      - route: \"orders.{value.name}\"", "{}", "      - filter: value.amont > 1.0"))
                .as("nothing comes into the topic of a source that routes")
                .isEmpty();
        assertThat(found("      - route: t", "{}", "      - filter: value.amont > 1.0"))
                .containsExactly("16:23: there is no field 'amont' in value; did you mean 'amount'?");
    }

    @Test
    void aPatternTakesWhatRoutesMayMake() throws IOException {
        String route = "      - route: \"o.{value.name}\"";
        String sink = "      - filter: value.amont > 1.0";
        String mistake = "16:23: there is no field 'amont' in value; did you mean 'amount'?";
        assertThat(found(route, "{}", "o.*", sink)).containsExactly(mistake);
        assertThat(found(route, "{}", "o.D*, '!o.DK'", sink)).containsExactly(mistake);
        assertThat(found(route, "{}", "other.*", sink)).isEmpty();
        assertThat(found(route, "{}", "o.*", sink + "\n        on: [o.DE]")).containsExactly(mistake);
        assertThat(found(route, "{}", "'*'", sink + "\n        on: [else]")).isEmpty();
    }

    @Test
    void fieldsOfAKeyThatIsKnownAreChecked() throws Exception {
        assertThat(found(
                        "      - headers: {c: '{key.idd}'}\n      - rename: {id: number}",
                        "{}",
                        "      - filter: key.id > 0 && key > 0"))
                .containsExactly(
                        "8:28: there is no field 'idd' in key; did you mean 'id'?",
                        "17:21: there is no field 'id' in key; the fields are number",
                        "17:31: 'key' has the fields number, and is no value itself; write key.number");
        assertThat(found("      - drop: [amount]", "{t: {key: [id, name]}}", "      - filter: key.nam == 'x'"))
                .containsExactly("16:21: there is no field 'nam' in key; did you mean 'name'?");
        assertThat(found("      - key: [nme]", "{}", "      - filter: key.other > 0"))
                .as("what only follows")
                .hasSize(1);
        assertThat(found("      - route: \"o.{key.id}\"", "{o.7: {key: [name]}}", "o.*", "      - filter: key.x > 0"))
                .as("a topic with another key may be meant")
                .isEmpty();
    }

    @Test
    void whatIsRightOfAStepWithAMistakeIsChecked() throws Exception {
        assertThat(found("""
                      - cast: {id: int99, amout: string, name: date}
                      - parse: {field: name, as: json, fields: {sku: strng}}
                      - add: {sum: "", twice: value.amont * 2.0}
                      - filter: value.sku == 'x' && value.sum > 1 && value.id == 'x' && value.nme == 'x'
                """.stripTrailing(), "{}", "      - mask: [id, nme]"))
                .extracting(problem -> problem.replaceAll(":.*no field", ": no field"))
                .as("the type of id is not known; all names are")
                .contains(
                        "8: no field 'amout'; did you mean 'amount'?",
                        "11: no field 'nme' in value; did you mean 'name'?",
                        "19: no field 'nme'; did you mean 'name'?")
                .noneMatch(problem -> problem.matches(".*'(sku|sum|id)'.*"));
        assertThat(found(
                        "      - ad: {total: value.amount}\n      - filter: value.total > 1",
                        "{}",
                        "      - drop: [total]"))
                .as("what a step makes that is none is not known")
                .containsExactly("8:9: there is no step 'ad'; did you mean 'add'?");
        assertThat(found("      - cast: {id: int99}", "{}", "      - drop: [idd]"))
                .hasSize(2);
    }

    @Test
    void behindAStepThatCannotBeReadItIsKnownWhatItsNameLeaves() throws Exception {
        for (String leaving :
                List.of("filter: {wher: true}", "dedupe: {by: [id], windw: 1m}", "headers: 7", "key: {fld: id}")) {
            assertThat(found(
                            "      - " + leaving + "\n      - filter: value.amount == 'x'",
                            "{}",
                            "      - drop: [idd]"))
                    .as(leaving)
                    .filteredOn(problem -> !problem.startsWith("8:"))
                    .satisfiesExactly(
                            type -> assertThat(type).startsWith("9:").contains("a number and text are never equal"),
                            name -> assertThat(name).contains("no field 'idd'"));
        }
        for (String changing : List.of("drop: {feilds: [amount]}", "mask: {fields: [name], kep: 1}", "cast: 7")) {
            assertThat(found(
                            "      - " + changing + "\n      - filter: value.amount == 'x' && value.nme == 'x'",
                            "{}",
                            "      - drop: [idd]"))
                    .as(changing)
                    .filteredOn(problem -> !problem.startsWith("8:"))
                    .satisfiesExactly(
                            name -> assertThat(name).startsWith("9:").contains("no field 'nme'"),
                            name -> assertThat(name).contains("no field 'idd'"));
        }
        assertThat(found("      - parse: {feild: name}\n      - filter: value.made > 1", "{}", "      - drop: [any]"))
                .allMatch(problem -> problem.startsWith("8:"));
    }

    @Test
    void behindAFlattenThatIsWrongTheOthersAreChecked() throws Exception {
        assertThat(found("""
                      - nest: {into: person, fields: [name]}
                      - flatten: [persn]
                      - filter: value.person_nam == 'x' && value.persn_name == 'x' && value.amont > 1.0
                      - flatten: [amount, person]
                      - filter: value.amount_x == 1 && value.person_nam == 'x' && value.person_name > 1
                """.stripTrailing(), "{}", "      - drop: [idd]"))
                .containsExactly(
                        "9:19: there is no field 'persn'; did you mean 'person'?",
                        "10:77: there is no field 'amont' in value; did you mean 'amount'?",
                        "11:19: the field 'amount' is no nested row, but a float64",
                        "12:85: '>' does not go with (string, int); convert one with int(...), double(...) or string(...)",
                        "20:16: there is no field 'idd'; did you mean 'id'?");
    }

    @Test
    void theKeyOfATopicIsMadeOfItsFields() throws IOException {
        assertThat(found("      - rename: {name: title}", "{t: {key: [id, titel]}}", "      - drop: [amount]"))
                .containsExactly(
                        "9:24: there is no field 'titel' in what comes into the topic 't'; did you mean 'title'?");
    }

    @Test
    void typesThatAreDeclaredReachTheSinks() throws IOException {
        assertThat(problems("      - rename: {name: title}", "      - filter: value.title > 1"))
                .isEmpty();
        Path file = Files.writeString(folder.resolve("q.yaml"), """
                name: q
                sources:
                  s: {connector: typed, topic: t, options: {path: x}}
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options: {url: x}
                    transforms:
                      - filter: value.name > 1 && value.other > 1
                """);
        assertThat(problems(PipelineReader.read(file, connectors(List.of()), Map.of())))
                .singleElement()
                .asString()
                .startsWith("10:28: '>' does not go with (string, int)");
    }

    /** A source that knows two of its fields, or all when it looks. */
    private static final class Typed implements SourceFactory {

        private final List<StreamSchema> streams;

        Typed(List<StreamSchema> streams) {
            this.streams = streams;
        }

        @Override
        public List<StreamSchema> knownStreams(Config config, io.mainstem.api.Context context) {
            return streams;
        }

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
