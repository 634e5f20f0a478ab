package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tells which topics rows go to: the one that a step has chosen for a row, else that of its stream. */
final class FlowSorting {

    private FlowSorting() {}

    /**
     * The flows of one stream.
     *
     * @param outputs what comes out of its steps
     * @param topicOf the topic of an output
     * @param rows some of what comes out
     * @param choosesTopics whether a step chooses for every row
     * @param isAll whether that is all there is now
     */
    static List<Flow> sort(
            List<StreamSchema> outputs,
            Function<StreamSchema, String> topicOf,
            List<Message> rows,
            boolean choosesTopics,
            boolean isAll) {
        Map<String, StreamSchema> schemas = new LinkedHashMap<>();
        Map<String, List<Message>> sorted = new LinkedHashMap<>();
        for (Message row : rows) {
            StreamSchema output = output(row, outputs);
            String topic = Steps.topic(row).orElseGet(() -> topicOf.apply(output));
            schemas.putIfAbsent(topic, output);
            sorted.computeIfAbsent(topic, name -> new ArrayList<>()).add(row);
        }
        // Where steps choose for every row, nothing comes into the topics of the streams, and none is made.
        if (!choosesTopics) {
            outputs.forEach(output -> schemas.putIfAbsent(topicOf.apply(output), output));
        }
        List<Flow> flows = new ArrayList<>();
        schemas.forEach(
                (topic, schema) -> flows.add(new Flow(topic, schema, sorted.getOrDefault(topic, List.of()), isAll)));
        return flows;
    }

    private static StreamSchema output(Message row, List<StreamSchema> outputs) {
        return outputs.stream()
                .filter(output ->
                        row.value() instanceof Row value && output.schema().equals(value.schema()))
                .findFirst()
                .orElse(outputs.get(0));
    }
}
