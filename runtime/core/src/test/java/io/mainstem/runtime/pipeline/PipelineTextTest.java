package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The text of a pipeline before it has a meaning: that it is there, is YAML, and stays what was written. */
final class PipelineTextTest extends PipelineReaderCase {

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
}
