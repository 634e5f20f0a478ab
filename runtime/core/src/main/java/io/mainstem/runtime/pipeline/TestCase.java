package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.transform.StepSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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
 * @param replay where the messages come from, if a recorded source gives them
 * @param count how many are to come out, of which {@code expected} are the first; all of them when it is not said
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
        Map<String, Map<String, Row>> tables,
        Optional<Replay> replay,
        OptionalInt count) {

    /**
     * A source that was recorded.
     *
     * @param fixture the file with what it was answered
     * @param pipeline its pipeline
     * @param source the source
     * @param stream the stream that is looked at; all of them when it is not said
     */
    public record Replay(Path fixture, Pipeline pipeline, SourceSpec source, Optional<String> stream) {}

    /**
     * Messages that go into the steps.
     *
     * @param stream their stream
     * @param messages the messages
     * @param bad what is said of what was read and is no message
     */
    public record Given(StreamSchema stream, List<Message> messages, List<String> bad) {

        /** Copies the lists. */
        public Given {
            messages = List.copyOf(messages);
            bad = List.copyOf(bad);
        }
    }

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
