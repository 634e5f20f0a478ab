package io.mainstem.runtime.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.log.Headers;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SchemasTest {

    private static final TopicPartition PARTITION = new TopicPartition(Schemas.TOPIC, 0);
    private static final Field ID = Field.required("id", Type.INT64);
    private static final Field NAME = Field.nullable("name", Type.STRING);

    @RegisterExtension
    final TemporaryLog log = new TemporaryLog();

    private final Schemas schemas = Schemas.open(log);

    @Test
    void theIdIsTheOffsetOfTheProposal() {
        send("not a proposal");
        assertThat(schemas.register("a", Schema.of("a", ID), List.of("id"))).isEqualTo(1);
        assertThat(schemas.register("b", Schema.of("b", ID), List.of())).isEqualTo(2);
    }

    @Test
    void theSameSchemaIsProposedOnce() {
        int id = schemas.register("a", Schema.of("a", ID, NAME), List.of("id"));
        assertThat(schemas.register("a", Schema.of("a", ID, NAME), List.of("id")))
                .isEqualTo(id);
        assertThat(Schemas.open(log).register("a", Schema.of("a", ID, NAME), List.of("id")))
                .isEqualTo(id);
        assertThat(log.sends).hasValue(1);
    }

    @Test
    void aTopicsSchemasAreNumbered() {
        schemas.register("a", Schema.of("a", ID), List.of("id"));
        schemas.register("b", Schema.of("b", ID), List.of());
        int id = schemas.register("a", Schema.of("a", ID, NAME), List.of("id"));
        assertThat(schemas.latest("a")).contains(new Registered(id, 2, "a", Schema.of("a", ID, NAME), List.of("id")));
        assertThat(schemas.latest("none")).isEmpty();
    }

    @Test
    void anEarlierSchemaKeepsItsIdAndStaysEarlier() {
        int first = schemas.register("a", Schema.of("a", ID), List.of());
        int second = schemas.register("a", Schema.of("a", ID, NAME), List.of());
        assertThat(schemas.register("a", Schema.of("a", ID), List.of())).isEqualTo(first);
        assertThat(schemas.latest("a").orElseThrow().id()).isEqualTo(second);
    }

    @Test
    void anotherKeyIsAnotherVersion() {
        schemas.register("a", Schema.of("a", ID, NAME), List.of("id"));
        schemas.register("a", Schema.of("a", ID, NAME), List.of("id", "name"));
        assertThat(schemas.latest("a").orElseThrow().version()).isEqualTo(2);
        assertThat(schemas.latest("a").orElseThrow().keyFields()).containsExactly("id", "name");
    }

    @Test
    void anIdGivesOneInstance() {
        int id = schemas.register("a", Schema.of("a", ID), List.of());
        assertThat(schemas.get(id).schema()).isSameAs(schemas.get(id).schema());
    }

    @Test
    void anIdThatSomebodyElseMadeIsLookedFor() {
        Schemas other = Schemas.open(log);
        int id = other.register("a", Schema.of("a", ID), List.of());
        assertThat(schemas.get(id).schema()).isEqualTo(Schema.of("a", ID));
        other.register("a", Schema.of("a", ID, NAME), List.of());
        assertThat(schemas.latest("a").orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void anIdThatNobodyMadeIsAnError() {
        assertThatThrownBy(() -> schemas.get(17))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("17");
    }

    @Test
    void theFirstOfTwoEqualProposalsWins() {
        Schema schema = Schema.of("a", ID);
        Schemas faster = Schemas.open(log);
        log.beforeNextSend(() -> faster.register("a", schema, List.of()));
        assertThat(schemas.register("a", schema, List.of())).isZero();
        assertThat(log.sends).hasValue(2);
        assertThat(Schemas.open(log).latest("a").orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void aProposalThatAFasterOneMadeIncompatibleIsRefusedByAll() {
        Schemas faster = Schemas.open(log);
        log.beforeNextSend(() -> faster.register("a", Schema.of("a", Field.required("id", Type.STRING)), List.of()));
        assertThatThrownBy(() -> schemas.register("a", Schema.of("a", ID), List.of()))
                .isInstanceOf(IncompatibleSchemaException.class)
                .hasMessageContaining("'id' changes from string to int64");
        assertThat(Schemas.open(log).latest("a").orElseThrow().id()).isZero();
    }

    @Test
    void aNewFieldMustHaveAValueForEarlierRecords() {
        schemas.register("a", Schema.of("a", ID), List.of());
        Field added = Field.required("country", Type.STRING);
        assertThatThrownBy(() -> schemas.register("a", Schema.of("a", ID, added), List.of()))
                .isInstanceOf(IncompatibleSchemaException.class)
                .hasMessageContaining("topic 'a'")
                .hasMessageContaining("'country' has no value in earlier records")
                .hasMessageContaining("give it a default");
        assertThat(schemas.register("a", Schema.of("a", ID, added.withDefault("DE")), List.of()))
                .isEqualTo(1);
    }

    @Test
    void aFieldThatAlwaysHadAValueMayNotGo() {
        schemas.register("a", Schema.of("a", ID, NAME), List.of());
        assertThatThrownBy(() -> schemas.register("a", Schema.of("a", NAME), List.of()))
                .hasMessageContaining("'id', which always had a value, is gone");
        assertThat(schemas.register("a", Schema.of("a", ID), List.of())).isEqualTo(1);
    }

    @Test
    void aFieldMayBecomeNullableButNotTheOtherWay() {
        schemas.register("a", Schema.of("a", ID), List.of());
        Schema loose = Schema.of("a", Field.nullable("id", Type.INT64));
        assertThat(schemas.register("a", loose, List.of())).isEqualTo(1);
        Schema strict = Schema.of("a", Field.required("id", Type.INT64).withDoc("again"));
        assertThatThrownBy(() -> schemas.register("a", strict, List.of()))
                .hasMessageContaining("'id' may be null in earlier records");
    }

    @Test
    void aTypeMayGrowButNotChange() {
        assertThat(problems(Type.INT16, Type.INT64)).isEmpty();
        assertThat(problems(Type.INT32, Type.FLOAT64)).isEmpty();
        assertThat(problems(Type.decimal(5, 2), Type.decimal(9, 2))).isEmpty();
        assertThat(problems(Type.UUID, Type.STRING)).isEmpty();
        assertThat(problems(Type.INT64, Type.INT32)).hasSize(1);
        assertThat(problems(Type.INT64, Type.FLOAT64)).hasSize(1);
        assertThat(problems(Type.decimal(9, 2), Type.decimal(9, 3))).hasSize(1);
        assertThat(problems(Type.decimal(9, 2), Type.decimal(5, 2))).hasSize(1);
        assertThat(problems(Type.timestamp(3), Type.timestamp(6))).hasSize(1);
        assertThat(problems(Type.array(Type.INT16), Type.array(Type.INT32))).isEmpty();
        assertThat(problems(Type.array(Type.INT32), Type.map(Type.INT32))).hasSize(1);
        assertThat(problems(Type.struct(Schema.of("s", NAME)), Type.struct(Schema.of("s", ID))))
                .containsExactly(
                        "the new field 'f.id' has no value in earlier records: let it be null or give it a default");
    }

    private static List<String> problems(Type before, Type after) {
        return SchemaChange.problems(
                Schema.of("a", Field.required("f", before)), Schema.of("a", Field.required("f", after)));
    }

    @Test
    void withoutARuleEveryChangeIsAllowedAndStaysSo() {
        schemas.register("a", Schema.of("a", ID), List.of());
        int id = schemas.register("a", Schema.of("a", Field.required("x", Type.BYTES)), List.of(), Compatibility.NONE);
        assertThat(Schemas.open(log).get(id).version()).isEqualTo(2);
    }

    @Test
    void aKeyFieldThatTheRowsLackIsAnError() {
        assertThatThrownBy(() -> schemas.register("a", Schema.of("a", ID), List.of("nr")))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("'nr'");
        assertThat(log.sends).hasValue(0);
    }

    @Test
    void whoeverReadsTheTopicAgrees() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<Integer>>> ids = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ids.add(threads.submit(registerAll(i % 2 == 0 ? schemas : Schemas.open(log))));
            }
            List<Integer> first = ids.get(0).get();
            for (Future<List<Integer>> each : ids) {
                assertThat(each.get()).isEqualTo(first);
            }
            assertThat(new HashSet<>(first)).hasSize(20);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Callable<List<Integer>> registerAll(Schemas schemas) {
        return () -> {
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ids.add(schemas.register("topic" + i, Schema.of("a", ID, NAME), List.of("id")));
            }
            return ids;
        };
    }

    @Test
    void whatIsNoProposalIsPassedOver() {
        for (String text : new String[] {
            "",
            "null",
            "[]",
            "{}",
            "{\"topic\":\"a\"}",
            "{\"topic\":\"a\",\"schema\":{}}",
            "{\"topic\":\"a\",\"schema\":{\"type\":\"record\",\"name\":\"a\",\"fields\":[{\"name\":\"\"}]}}",
            "{\"topic\":\"a\",\"schema\":{\"type\":\"record\",\"name\":\"a\",\"fields\":[]},\"compatibility\":\"x\"}"
        }) {
            send(text);
        }
        log.producer(ProducerOptions.idempotent())
                .send(PARTITION, 0, null, null, Headers.EMPTY)
                .join();
        assertThat(schemas.latest("a")).isEmpty();
        assertThat(schemas.register("a", Schema.of("a", ID), List.of())).isEqualTo(9);
    }

    private void send(String text) {
        log.producer(ProducerOptions.idempotent())
                .send(PARTITION, 0, null, text.getBytes(StandardCharsets.UTF_8), Headers.EMPTY)
                .join();
    }
}
