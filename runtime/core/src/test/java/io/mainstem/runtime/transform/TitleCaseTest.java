package io.mainstem.runtime.transform;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TransformFactory;
import io.mainstem.api.Type;
import io.mainstem.testkit.TransformContract;
import java.util.List;
import java.util.Map;

/** The step of the example plugin keeps what every step must keep. */
final class TitleCaseTest extends TransformContract {

    private static final Schema PEOPLE =
            Schema.of("people", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));

    @Override
    protected TransformFactory factory() {
        return new TitleCasePlugin.TitleCase();
    }

    @Override
    protected Map<String, ?> options() {
        return Map.of("field", "name");
    }

    @Override
    protected StreamSchema stream() {
        return StreamSchema.of("people", PEOPLE, List.of("id"));
    }

    @Override
    protected List<Message> messages() {
        return List.of(
                Message.create(Row.of(PEOPLE, 1L, "ada")),
                Message.create(Row.of(PEOPLE, 2L, null)),
                Message.create(Row.of(PEOPLE, 3L, "")));
    }
}
