package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.schema.IncompatibleSchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a stream into its topic. */
class StreamRouteTest {

    @TempDir
    Path folder;

    @Test
    void aStreamThatChangesSoThatItsTopicDoesNotTakeItIsNamedWithWhatCanBeDone() throws Exception {
        Pipeline pipeline = new Pipeline("p", folder.resolve("p.yaml"), List.of(), List.of(), List.of());
        try (Log log = EmbeddedLog.open(folder.resolve("log"), EmbeddedLogOptions.defaults());
                Schemas schemas = Schemas.open(log)) {
            Topics topics = new Topics(log);
            Schema before = Schema.of("orders", Field.nullable("amount", Type.INT64));
            assertThat(StreamRoute.of(pipeline, "t", stream(before), topics, schemas)
                            .encode(Message.create(Row.of(before, 1L))))
                    .isPositive();
            Schema after = Schema.of("orders", Field.nullable("amount", Type.STRING));
            StreamRoute changed = StreamRoute.of(pipeline, "t", stream(after), topics, schemas);
            assertThatThrownBy(() -> changed.encode(Message.create(Row.of(after, "1"))))
                    .isInstanceOf(IncompatibleSchemaException.class)
                    .hasMessageContaining(
                            "stream 'public.orders' has changed, and the new schema of topic 't' does not fit the records it has")
                    .hasMessageContaining("the type of the field 'amount' changes from int64 to string")
                    .hasMessageContaining("by 'columns'")
                    .hasMessageContaining("\"!public.orders\": {}");
        }
    }

    private static StreamSchema stream(Schema schema) {
        return StreamSchema.of("public.orders", schema, List.of());
    }
}
