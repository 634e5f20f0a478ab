package io.mainstem.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import io.mainstem.api.TransformFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every transform must keep. Extend it with messages of one stream, each of which the transform can take. */
public abstract class TransformContract {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    /** A folder of this test's own. */
    @TempDir
    protected Path folder;

    /** For the author of a suite. */
    protected TransformContract() {}

    /** What makes the transform. */
    protected abstract TransformFactory factory();

    /** Its options, as YAML has them. */
    protected abstract Map<String, ?> options();

    /** The stream that goes in. */
    protected abstract StreamSchema stream();

    /** Messages of that stream: rows of its schema, none of them a delete. */
    protected abstract List<Message> messages();

    private Transform create() throws Exception {
        return factory().create(Config.parse(factory().config(), options()), new RecordingContext(folder, START));
    }

    private static List<Message> apply(Transform transform, Message message) throws Exception {
        List<Message> out = new ArrayList<>();
        transform.apply(message, out::add);
        return out;
    }

    private List<List<Message>> applyAll(Transform transform) throws Exception {
        List<List<Message>> out = new ArrayList<>();
        for (Message message : messages()) {
            out.add(apply(transform, message));
        }
        return out;
    }

    /** The name is one that a file can have, and every option is documented. */
    @Test
    void theFactoryDescribesItself() {
        assertThat(factory().name()).matches("[a-z0-9][a-z0-9-]{0,62}");
        assertThat(factory().summary()).isNotBlank();
        for (Option<?> option : factory().config().options()) {
            assertThat(option.doc())
                    .as("the documentation of '%s'", option.name())
                    .isNotBlank();
        }
    }

    /** Every row that comes out has the very schema of one of the streams that were named. */
    @Test
    void rowsHaveASchemaThatWasNamed() throws Exception {
        try (Transform transform = create()) {
            List<Schema> named = transform.output(stream()).stream()
                    .map(StreamSchema::schema)
                    .toList();
            assertThat(named).as("streams that come out").isNotEmpty();
            for (List<Message> messages : applyAll(transform)) {
                for (Message message : messages) {
                    if (message.value() instanceof Row row) {
                        assertThat(named)
                                .as("schemas")
                                .anySatisfy(schema -> assertThat(row.schema()).isSameAs(schema));
                    }
                }
            }
        }
    }

    /** Two transforms that are made alike make the same of the same messages. */
    @Test
    void theSameMessagesGiveTheSame() throws Exception {
        try (Transform one = create();
                Transform other = create()) {
            one.output(stream());
            other.output(stream());
            assertThat(shown(applyAll(one))).isEqualTo(shown(applyAll(other)));
        }
    }

    private static List<String> shown(List<List<Message>> all) {
        return all.stream().flatMap(List::stream).map(TransformContract::shown).toList();
    }

    private static String shown(Message message) {
        return message + " " + message.headers();
    }

    /** Rows of another schema may come, once it was told of it; and after them rows of the first. */
    @Test
    void rowsOfSeveralSchemasMayComeInTurn() throws Exception {
        List<Field> more = new ArrayList<>(stream().schema().fields());
        more.add(Field.nullable("added_later", io.mainstem.api.Type.STRING));
        StreamSchema changed = StreamSchema.of(
                stream().name(),
                Schema.of(stream().schema().name(), more),
                stream().key());
        try (Transform transform = create()) {
            transform.output(stream());
            List<String> before = shown(applyAll(transform));
            transform.output(changed);
            for (Message message : messages()) {
                apply(transform, message.withValue(extended(row(message), changed.schema())));
            }
            if (isWithoutMemory()) {
                assertThat(shown(applyAll(transform))).isEqualTo(before);
            }
        }
    }

    /** Whether what it makes of a message does not depend on those before it; so it is by default. */
    protected boolean isWithoutMemory() {
        return true;
    }

    private static Row row(Message message) {
        return (Row) Objects.requireNonNull(message.value(), "a message of this suite has a row");
    }

    private static Row extended(Row row, Schema schema) {
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < row.schema().size(); i++) {
            builder.copy(i, row, i);
        }
        return builder.build();
    }

    /** A delete does not end it: it comes out with a key, or is dropped, or is refused. */
    @Test
    void aDeleteIsTaken() throws Exception {
        try (Transform transform = create()) {
            transform.output(stream());
            Message first = messages().get(0);
            Datum key = first.key() == null ? key(row(first)) : first.key();
            for (Message message : apply(transform, Message.of(Operation.DELETE, key, null))) {
                assertThat(message.operation()).isEqualTo(Operation.DELETE);
                assertThat(message.key()).as("the key of a delete").isNotNull();
            }
            applyAll(transform);
        }
    }

    private Row key(Row row) {
        List<String> names = stream().key().isEmpty()
                ? List.of(row.schema().field(0).name())
                : stream().key();
        Schema schema = Schema.of(
                "key",
                names.stream()
                        .map(name -> row.schema().field(row.schema().indexOf(name)))
                        .toList());
        return Row.of(schema, names.stream().map(row::at).toArray());
    }

    /** It may be closed without ever having been used, and twice. */
    @Test
    void itClosesAtAnyTime() throws Exception {
        Transform transform = create();
        transform.close();
        transform.close();
    }
}
