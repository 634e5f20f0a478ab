package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.Plugin;
import io.mainstem.connectors.jdbc.source.JdbcSourceFactory;
import io.mainstem.connectors.jdbc.sql.ConnectionOptions;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The plugin, its options and their rules. */
final class JdbcSinkFactoryTest {

    private final JdbcSinkFactory factory = new JdbcSinkFactory();

    private Config parse(Map<String, ?> options) {
        return Config.parse(factory.config(), options);
    }

    private void assertRefused(Map<String, ?> options, String why) {
        assertThatThrownBy(() -> parse(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void thePluginFileNamesThePlugin() throws Exception {
        Properties properties = new Properties();
        try (InputStream in = JdbcPlugin.class.getResourceAsStream("/META-INF/mainstem/plugin.properties")) {
            properties.load(in);
        }
        Object plugin =
                Class.forName(properties.getProperty("class")).getConstructor().newInstance();
        assertThat(((Plugin) plugin).factories())
                .hasExactlyElementsOfTypes(JdbcSourceFactory.class, JdbcSinkFactory.class);
        assertThat(properties).containsEntry("name", "jdbc").containsEntry("api", "1");
    }

    @Test
    void everyOptionIsDocumentedWithAnExampleThatItTakes() {
        for (Option<?> option : factory.config().options()) {
            assertThat(option.doc()).as(option.name()).endsWith(".");
            assertThat(option.example()).as(option.name()).isNotEmpty();
            if (option.shape() != Option.Shape.MAP) {
                assertThat(option.parse(option.example())).as(option.name()).isNotNull();
            }
        }
        assertThat(ConnectionOptions.PASSWORD.isSecret()).isTrue();
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertRefused(
                Map.of("url", "jdbc:informix:x"),
                "jdbc:postgresql:, jdbc:sqlite:, jdbc:mysql:, jdbc:mariadb:, jdbc:h2:, jdbc:sqlserver:, jdbc:oracle:");
        assertRefused(Map.of("url", "jdbc:postgresql://h/d?user=u&password=geheim"), "option 'password'");
        assertRefused(Map.of("url", "jdbc:sqlite:x.db", "delete", "true"), "needs mode upsert");
        assertRefused(Map.of("url", "jdbc:sqlite:x.db", "table", "a.b.c"), "SCHEMA.TABLE");
        assertRefused(
                Map.of("url", "jdbc:sqlite:x.db", "key", "id", "columns", Map.of("id", "number")),
                "not among the columns");
        assertRefused(
                Map.of("url", "jdbc:sqlite:x.db", "columns", Map.of("a", "x", "b", "x")), "two fields into one column");
    }

    @Test
    void textsThatTheServerReadsAreForPostgreSqlAndNameColumns() {
        for (String url : List.of("jdbc:sqlite:x.db", "jdbc:mariadb://h/d", "jdbc:mysql://h/d", "jdbc:h2:mem:x")) {
            assertRefused(Map.of("url", url, "from-text", "a"), "from-text");
            assertRefused(
                    Map.of("url", url, "from-text", "a"),
                    "is for PostgreSQL only; convert the fields with a transform");
        }
        assertRefused(Map.of("url", "jdbc:postgresql://h/d", "from-text", "a.b.c.d"), "SCHEMA.TABLE.COLUMN");
        assertThat(SinkSettings.of(parse(Map.of(
                                "url", "jdbc:postgresql://h/d", "from-text", List.of("a", "t.\"b.c\"", "s.t.d"))))
                        .fromText())
                .containsExactly(
                        new ColumnName(Optional.empty(), Optional.empty(), "a"),
                        new ColumnName(Optional.empty(), Optional.of("t"), "b.c"),
                        new ColumnName(Optional.of("s"), Optional.of("t"), "d"));
    }

    @Test
    void capabilitiesFollowTheOptions() {
        Config insert = parse(Map.of("url", "jdbc:sqlite:x.db"));
        Config deleting = parse(Map.of("url", "jdbc:sqlite:x.db", "mode", "upsert", "delete", "true"));
        assertThat(factory.capabilities(insert).all())
                .containsExactlyInAnyOrder(Capability.OWNS_OFFSETS, Capability.SCHEMA_EVOLUTION);
        assertThat(factory.capabilities(deleting).all()).contains(Capability.IDEMPOTENT, Capability.DELETES);
    }

    @Test
    void addressesAreShownWithoutSecrets() {
        assertThat(SafeUrl.of("jdbc:postgresql://u:p@h:1/d?password=p")).isEqualTo("jdbc:postgresql://h:1/d");
        assertThat(new SinkSettingsText().of(Map.of("url", "jdbc:postgresql://h/d", "password", "geheim")))
                .doesNotContain("geheim");
    }

    private final class SinkSettingsText {
        String of(Map<String, ?> options) {
            return SinkSettings.of(parse(options)).toString();
        }
    }
}
