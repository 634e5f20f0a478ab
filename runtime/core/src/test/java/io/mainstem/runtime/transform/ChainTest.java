package io.mainstem.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TransformFactory;
import io.mainstem.api.Type;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What steps in a row say of the fields that come to them. */
final class ChainTest {

    private static final StreamSchema ORDERS = StreamSchema.of(
            "orders",
            Schema.of("orders", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING)),
            List.of("id"));

    private static StepSpec step(String name, Map<String, ?> options) {
        TransformFactory factory = BuiltIns.find(name).orElseThrow();
        return new StepSpec(factory, Config.parse(factory.config(), options), List.of(), StepPlaces.NONE);
    }

    @Test
    void mistakesBehindAWrongStepAreToldWithIt() throws Exception {
        List<StepSpec> steps = List.of(
                step("rename", Map.of("fields", Map.of("nam", "title"))),
                step("filter", Map.of("where", "value.title == 'x'")),
                step("drop", Map.of("fields", List.of("nme", "nothing"))),
                step("filter", Map.of("where", "value.id == 'x'")));
        try (Chain chain = Chain.open(steps, "orders", new NoContext())) {
            assertThatThrownBy(() -> chain.output(ORDERS))
                    .isInstanceOf(StopException.class)
                    .hasMessageContainingAll(
                            "there is no field 'nam'; did you mean 'name'? (step 1 'rename')",
                            "there is no field 'nme'; did you mean 'name'?; there is no field 'nothing'",
                            "(step 3 'drop')",
                            "a whole number and text are never equal",
                            "(step 4 'filter'), stream 'orders'")
                    .hasMessageNotContaining("no field 'title'")
                    .satisfies(stop -> assertThat(((StopException) stop).whatToDo())
                            .startsWith("correct the steps; the fields in front of step 1 'rename' are "));
        }
    }
}
