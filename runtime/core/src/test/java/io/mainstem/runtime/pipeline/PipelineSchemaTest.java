package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.runtime.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class PipelineSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<String> errors(String yaml) throws IOException {
        JsonNode schema = JSON.readTree(PipelineSchema.generate(ExampleConnectors.catalog()));
        Object value = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return JsonSchemaCheck.errors(schema, JSON.valueToTree(value));
    }

    private static String file(String name) throws IOException {
        Path file = Golden.file(PipelineSchemaTest.class, name);
        return Files.readString(file);
    }

    @Test
    void theSchemaDescribesEveryKeyAndOption() throws IOException {
        Golden.check(getClass(), "schema.json", PipelineSchema.generate(ExampleConnectors.catalog()) + "\n");
    }

    @Test
    void whatTheReaderTakesFitsTheSchema() throws IOException {
        assertThat(errors(file("complete.yaml"))).isEmpty();
        assertThat(errors("name: p\nsources: {in: {connector: file, options: {path: a, chunk: '${env:X}'}}}"))
                .isEmpty();
        assertThat(errors("name: p\nsinks: {out: {connector: table, topics: t, options: {url: u, timeout: 5s}}}"))
                .isEmpty();
        String source = "name: p\nsources: {in: {connector: file, options: {path: a}, schedule: ";
        assertThat(errors(source + "every 10s}}")).isEmpty();
        assertThat(errors(source + "{cron: 0 0 2 * * ?, zone: UTC, except: [monday, 12-25], jitter: 5m}}}"))
                .isEmpty();
    }

    @Test
    void whatTheReaderRefusesDoesNotFit() throws IOException {
        assertThat(errors(file("five-mistakes.yaml"))).isNotEmpty();
        assertThat(errors("name: p")).anyMatch(error -> error.contains("fits none of"));
        assertThat(errors("name: P\nsources: {}")).anyMatch(error -> error.contains("$.name does not match"));
        assertThat(errors("name: p\nsources: {in: {connector: file}}")).contains("$.sources.in has no \"options\"");
        assertThat(errors("name: p\nsources: {in: {connector: file, options: {path: a, pth: b}}}"))
                .contains("$.sources.in.options must not have pth");
        assertThat(errors("name: p\nsources: {in: {connector: file, options: {path: a}, schedule: {evry: 1s}}}"))
                .isNotEmpty();
    }
}
