package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Field;
import io.mainstem.api.Origin;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How rows wait for those that they refer to, in every database. */
interface ParentsContract extends SinkDatabase {

    @Test
    default void aChildWaitsForItsParentOfAnotherTopic() throws Exception {
        execute(
                "CREATE TABLE \"parents\" (\"id\" bigint NOT NULL PRIMARY KEY)",
                "CREATE TABLE \"children\" (\"id\" bigint NOT NULL PRIMARY KEY, \"parent\" bigint NOT NULL, FOREIGN KEY "
                        + "(\"parent\") REFERENCES \"parents\" (\"id\"))");
        Schema parent = Schema.of("p", Field.required("id", Type.INT64));
        Schema child = Schema.of("c", Field.required("id", Type.INT64), Field.required("parent", Type.INT64));
        SinkRuntime parents = new SinkRuntime(new TopicPartition("parents", UUID.randomUUID(), 0));
        SinkRuntime children = new SinkRuntime(new TopicPartition("children", UUID.randomUUID(), 0));
        children.append(null, Row.of(child, 1L, 7L));
        children.append(null, Row.of(child, 2L, 8L));
        parents.append(null, Row.of(parent, 7L));
        Sink sink = open("foreign-key-wait", "300ms");
        sink.assign(Set.of(children.partition(), parents.partition()), children.context());
        sink.write(children.batch(0));
        sink.flush();
        assertThat(children.rewound()).containsExactly(children.partition());
        assertThatThrownBy(() -> {
                    for (int tries = 0; tries < 1_000; tries++) {
                        sink.write(parents.batch(0));
                        sink.write(children.batch(0));
                        sink.flush();
                    }
                })
                .isInstanceOfSatisfying(
                        BadRecordsException.class,
                        bad -> assertThat(bad.byOrigin().keySet())
                                .containsExactly(new Origin(children.partition(), 1, 0)));
        children.deadLetters().add(new Origin(children.partition(), 1, 0));
        sink.write(parents.batch(0));
        sink.write(children.batch(0));
        sink.flush();
        assertThat(query("SELECT \"id\", \"parent\" FROM \"children\"")).containsExactly(List.of("1", "7"));
    }

    @Test
    default void whatBringsANewTableWhileOthersWaitIsAskedForAgain() throws Exception {
        execute(
                "CREATE TABLE \"parents\" (\"id\" bigint NOT NULL PRIMARY KEY)",
                "CREATE TABLE \"children\" (\"id\" bigint NOT NULL PRIMARY KEY, \"parent\" bigint NOT NULL, FOREIGN KEY "
                        + "(\"parent\") REFERENCES \"parents\" (\"id\"))");
        Schema child = Schema.of("c", Field.required("id", Type.INT64), Field.required("parent", Type.INT64));
        Schema other = Schema.of("o", Field.required("id", Type.INT64));
        SinkRuntime children = new SinkRuntime(new TopicPartition("children", UUID.randomUUID(), 0));
        SinkRuntime others = new SinkRuntime(new TopicPartition("others", UUID.randomUUID(), 0));
        children.append(null, Row.of(child, 1L, 7L));
        others.append(null, Row.of(other, 1L));
        others.append(null, Row.of(other, 2L));
        Sink sink = open("foreign-key-wait", "1m");
        sink.assign(Set.of(children.partition(), others.partition()), children.context());
        sink.write(children.batch(0));
        sink.write(others.batch(0));
        assertThat(children.rewound()).containsExactlyInAnyOrder(children.partition(), others.partition());
        sink.write(others.batch(0));
        sink.flush();
        assertThat(query("SELECT count(*) FROM \"others\"")).containsExactly(List.of("2"));
    }

    @Test
    default void manyRowsWithoutTheirParentsAreFoundAtOnce() throws Exception {
        execute(
                "CREATE TABLE \"parents\" (\"id\" bigint NOT NULL, \"part\" bigint NOT NULL, PRIMARY KEY (\"id\", \"part\"))",
                "CREATE TABLE \"children\" (\"id\" bigint NOT NULL PRIMARY KEY, \"parent\" bigint, \"part\" bigint NOT NULL, "
                        + "\"before\" bigint, FOREIGN KEY (\"parent\", \"part\") REFERENCES \"parents\" (\"id\", \"part\"), FOREIGN "
                        + "KEY (\"before\") REFERENCES \"children\" (\"id\"))",
                "INSERT INTO \"parents\" VALUES (7, 1)");
        Schema child = Schema.of(
                "c",
                Field.required("id", Type.INT64),
                Field.nullable("parent", Type.INT64),
                Field.required("part", Type.INT64),
                Field.nullable("before", Type.INT64));
        SinkRuntime children = new SinkRuntime(new TopicPartition("children", UUID.randomUUID(), 0)).batchSize(6_000);
        for (long id = 0; id < 6_000; id++) {
            long parent = id % 3 == 2 ? id + 100 : 7;
            long part = id % 3 == 1 ? 2 : 1;
            children.append(
                    null,
                    Row.of(child, id, id % 300 == 0 ? null : parent, part, id % 3 == 0 && id > 0 ? id - 3 : null));
        }
        long begin = System.nanoTime();
        run(children, "foreign-key-wait", "200ms");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(children.deadLetters())
                .hasSize(4_000)
                .allSatisfy(row -> assertThat(row.offset() % 3).isPositive());
        assertThat(query("SELECT count(*) FROM \"children\"")).containsExactly(List.of("2000"));
    }
}
