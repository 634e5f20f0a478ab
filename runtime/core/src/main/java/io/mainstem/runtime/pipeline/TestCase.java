package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.transform.StepSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A test of steps, as a pipeline's file has it.
 *
 * @param name what it shows
 * @param place where it stands: {@code file:line:column}
 * @param file the pipeline's file
 * @param of the source or sink whose steps they are
 * @param steps the steps
 * @param stream what goes in
 * @param input the messages
 * @param expected what is to come out
 * @param expectedBad a part of what is to be said of each bad record
 * @param tables for look-ups, the rows by topic and key
 */
public record TestCase(
        String name,
        String place,
        Path file,
        String of,
        List<StepSpec> steps,
        StreamSchema stream,
        List<Message> input,
        List<Expected> expected,
        List<String> expectedBad,
        Map<String, Map<String, Row>> tables) {

    /**
     * A message that is to come out.
     *
     * @param place where it stands
     * @param value its fields as JSON, and beside them what else is compared, with names that begin with a dollar sign
     */
    public record Expected(String place, JsonNode value) {}

    /** Copies the lists. */
    public TestCase {
        steps = List.copyOf(steps);
        input = List.copyOf(input);
        expected = List.copyOf(expected);
        expectedBad = List.copyOf(expectedBad);
        tables = Map.copyOf(tables);
    }
}
