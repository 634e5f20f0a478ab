package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.TransformFactory;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.transform.BuiltIns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of docs/transforms.md does what the page says. */
class TransformsPageTest {

    private static final Path PAGE = page();
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Connectors CATALOG = ExampleConnectors.catalog();

    @TempDir
    Path folder;

    private static Path page() {
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.exists(root.resolve("docs/transforms.md"))) {
            root = root.getParent();
        }
        return java.util.Objects.requireNonNull(root).resolve("docs/transforms.md");
    }

    static Stream<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            if (!matcher.group(1).startsWith("# part of a pipeline")) {
                examples.add(matcher.group(1));
            }
        }
        return examples.stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExampleDoesWhatThePageSays(String example) throws IOException {
        Path file = Files.writeString(folder.resolve("example.yaml"), pipeline(example));
        PipelineSet set = PipelineReader.read(file, CATALOG, Map.of());
        assertThat(set).as("%s", set).isInstanceOf(PipelineSet.Valid.class);
        TestReader.Tests tests =
                TestReader.read(((PipelineSet.Valid) set).pipelines().get(0), CATALOG, Outside.of(Map.of()));
        assertThat(tests.problems()).isEmpty();
        TestRun run = TestRun.of(tests.tests().get(0), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        assertThat(run.differences()).isEmpty();
    }

    /** The steps go to a source, everything else to a test of it. */
    private static String pipeline(String example) {
        StringBuilder steps = new StringBuilder();
        StringBuilder test = new StringBuilder("  - source: shop\n");
        boolean isStep = false;
        for (String line : example.split("\n")) {
            isStep = line.startsWith("transforms:") || isStep && line.startsWith(" ");
            (isStep ? steps : test).append("    ").append(line).append('\n');
        }
        return "name: page\nsources:\n  shop:\n    connector: table\n    options: {url: x}\n" + steps + "tests:\n"
                + test;
    }

    @Test
    void everyStepHasAnExample() throws IOException {
        String all = String.join("\n", examples().toList());
        assertThat(BuiltIns.all())
                .extracting(TransformFactory::name)
                .allSatisfy(name -> assertThat(all).contains("  - " + name + ":"));
    }

    @Test
    void everyStepIsDeclaredWithDocumentationAndAnExample() {
        assertThat(BuiltIns.all()).allSatisfy(factory -> {
            assertThat(factory.summary()).endsWith(".");
            assertThat(factory.config().options()).isNotEmpty().allSatisfy(option -> {
                assertThat(option.doc()).as("%s.%s", factory.name(), option).isNotBlank();
                assertThat(option.example()).as("%s.%s", factory.name(), option).isNotBlank();
            });
        });
    }
}
