package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.Factory;
import io.mainstem.api.Field;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.PlanContract;
import io.mainstem.testkit.SinkRuntime;
import io.mainstem.testkit.SinkTestContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a plan of the sink leaves as it was, and what it warns of. */
final class SinkPlanTest {

    private static Map<String, Object> options(String database, String... more) {
        PostgresServer server = PostgresServer.shared();
        Map<String, Object> options = new HashMap<>(Map.of(
                "url",
                server.url(database),
                "user",
                server.user(),
                "password",
                server.password(),
                "table",
                "contract"));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return options;
    }

    private static void execute(String database, String sql) throws SQLException {
        try (Connection connection = PostgresServer.shared().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A sink on PostgreSQL. */
    abstract static class OnPostgreSql extends PlanContract {
        final String database = PostgresServer.shared().database();

        @Override
        protected Factory<?> factory() {
            return new JdbcSinkFactory();
        }

        @Override
        protected Object outside() throws SQLException {
            try (Connection connection = PostgresServer.shared().connect(database)) {
                return DatabaseContents.of(connection);
            }
        }

        @Override
        protected Optional<Map<String, ?>> askingTheDeaf(int port) {
            Map<String, Object> deaf = options(database, "connect-timeout", "1s");
            deaf.put("url", "jdbc:postgresql://127.0.0.1:" + port + "/none");
            return Optional.of(deaf);
        }
    }

    @Nested
    final class ATableThatIsNotThere extends OnPostgreSql {
        @Override
        protected Map<String, ?> prepare() {
            return options(database);
        }
    }

    @Nested
    final class ATableThatLacksAColumn extends OnPostgreSql {
        @Override
        protected Map<String, ?> prepare() throws SQLException {
            execute(database, "CREATE TABLE contract (id bigint PRIMARY KEY, name varchar(5) NOT NULL)");
            execute(database, "INSERT INTO contract VALUES (1, 'one')");
            return options(database, "mode", "upsert", "key", "id", "evolve", "add");
        }
    }

    @Nested
    final class AFileThatIsNotThere extends PlanContract {
        @Override
        protected Factory<?> factory() {
            return new JdbcSinkFactory();
        }

        @Override
        protected Map<String, ?> prepare() {
            return Map.of("url", "jdbc:sqlite:target.db");
        }

        @Override
        protected Object outside() {
            return "files alone";
        }
    }

    @Test
    void aFieldThatMayBeNullIsNamedWhenItsColumnMayNot() throws Exception {
        String database = PostgresServer.shared().database();
        execute(database, "CREATE TABLE contract (id bigint PRIMARY KEY, name text NOT NULL)");
        StreamSchema topic = StreamSchema.of(
                "contract",
                Schema.of("contract", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING)),
                List.of("id"));

        assertThat(plan(options(database), topic).warnings())
                .containsExactly(
                        "field 'name' may be null, and column 'name' is not null: a row without a value is a bad"
                                + " record");
        assertThat(plan(options(database, "evolve", "widen"), topic).warnings())
                .as("the column is let be null then")
                .isEmpty();
    }

    @Test
    void topicsWhoseTemplateGivesOneTableAreRefusedInAPlan() throws Exception {
        Map<String, Object> options = options(PostgresServer.shared().database());
        options.put("table", "{topic.last}");
        refusesOneTable(options);
        options.put("table", "{topic.last}_{value.id}");
        refusesOneTable(options);
        options.put("table", "{topic.last}");
        options.put("tables", Map.of("eu.orders", "orders"));
        refusesOneTable(options);
    }

    private static void refusesOneTable(Map<String, ?> options) {
        assertThatThrownBy(() -> plans(options, "eu.orders", "us.orders"))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.same-table"))
                .hasMessageContaining("the topics eu.orders and us.orders would both go into table orders");
    }

    @Test
    void oneTableThatIsNamedInFullMayBeThatOfSeveralTopics() throws Exception {
        Map<String, Object> options = options(PostgresServer.shared().database());
        options.put("table", "orders");
        assertThat(plans(options, "eu.orders", "us.orders")).hasSize(2);
        options.put("table", "{topic.last}");
        options.put("tables", Map.of("eu.orders", "orders", "us.orders", "orders"));
        assertThat(plans(options, "eu.orders", "us.orders")).hasSize(2);
    }

    @Test
    void topicsWhoseTemplateGivesOneTableAreRefusedByTheSink() throws Exception {
        TopicPartition eu = new TopicPartition("eu.orders", new UUID(0, 1), 0);
        TopicPartition us = new TopicPartition("us.orders", new UUID(0, 2), 0);
        try (TestSink target = new TestSink()) {
            Sink sink = target.open("table", "{topic.last}");
            sink.assign(Set.of(eu), new SinkRuntime(eu).context());
            assertThatThrownBy(() -> sink.assign(Set.of(us), new SinkRuntime(us).context()))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("the topics eu.orders and us.orders would both go into table orders");
            Sink meant = target.open("table", "orders");
            assertThat(meant.assign(Set.of(eu, us), new SinkRuntime(eu).context()))
                    .as("nothing was written before")
                    .isEmpty();
        }
    }

    private static List<Plan> plans(Map<String, ?> options, String... topics) throws Exception {
        JdbcSinkFactory factory = new JdbcSinkFactory();
        List<Plan> plans = new ArrayList<>();
        try (Sink sink = factory.create(Config.parse(factory.config(), options), SinkTestContext.in(Path.of(".")))) {
            for (String topic : topics) {
                Schema schema = Schema.of("orders", Field.required("id", Type.INT64));
                plans.add(((Plannable) sink).plan(StreamSchema.of(topic, schema, List.of("id"))));
            }
        }
        return plans;
    }

    private static Plan plan(Map<String, ?> options, StreamSchema topic) throws Exception {
        JdbcSinkFactory factory = new JdbcSinkFactory();
        try (Sink sink = factory.create(Config.parse(factory.config(), options), SinkTestContext.in(Path.of(".")))) {
            return ((Plannable) sink).plan(topic);
        }
    }
}
