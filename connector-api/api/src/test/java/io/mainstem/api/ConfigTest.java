package io.mainstem.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTest {

    private enum Mode {
        INSERT,
        UP_SERT
    }

    private static final Option<String> URL = Option.text("url").required();
    private static final Option<Mode> MODE = Option.choice("mode", Mode.class).defaultValue(Mode.INSERT);
    private static final Option<Long> ROWS = Option.integer("rows", 1, 1_000).defaultValue(100L);
    private static final Option<Duration> WAIT =
            Option.duration("wait", Duration.ofMillis(10), Duration.ofDays(2)).defaultValue(Duration.ofMinutes(5));
    private static final Option<Long> SIZE = Option.size("size", 0, 1L << 40);
    private static final Option<Map<String, Type>> COLUMNS = Option.map("columns", Option.parsed("type", Type::parse));
    private static final Option<List<String>> KEY =
            Option.list("key", Option.text("column")).defaultValue(List.of());
    private static final ConfigSpec SPEC = ConfigSpec.of(URL, MODE, ROWS, WAIT, SIZE, COLUMNS, KEY)
            .rule(config -> config.get(MODE) == Mode.UP_SERT && config.get(KEY).isEmpty()
                    ? List.of(Problem.at(KEY, "is needed with mode up-sert"))
                    : List.of());

    @Test
    void valuesAreParsedAndDefaultsFilledIn() {
        Config config = Config.parse(
                SPEC, Map.of("url", "x", "wait", "90s", "size", "3MiB", "columns", Map.of("a", "int64"), "key", "a"));
        assertThat(config.get(MODE)).isEqualTo(Mode.INSERT);
        assertThat(config.get(ROWS)).isEqualTo(100);
        assertThat(config.get(WAIT)).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.find(SIZE)).contains(3L << 20);
        assertThat(config.get(COLUMNS)).containsEntry("a", Type.INT64);
        assertThat(config.get(KEY)).containsExactly("a");
        assertThat(config.isSet(MODE)).isFalse();
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> Config.parse(
                        SPEC, Map.of("mode", "replace", "rows", "0", "wait", "5", "size", "1XB", "colour", "red")))
                .hasMessageContaining("'url' is required")
                .hasMessageContaining("must be one of insert, up-sert, not 'replace'")
                .hasMessageContaining("'rows' must be from 1 to 1000, not 0")
                .hasMessageContaining("must be a time such as 500ms")
                .hasMessageContaining("must be a size")
                .hasMessageContaining("no option 'colour'");
    }

    @Test
    void rulesLookAtTheWholeConfiguration() {
        assertThatThrownBy(() -> Config.parse(SPEC, Map.of("url", "x", "mode", "up-sert")))
                .hasMessage("key: is needed with mode up-sert");
    }

    @Test
    void aDefaultIsShownAsItWouldStandInYaml() {
        assertThat(MODE.defaultText()).isEqualTo("insert");
        assertThat(WAIT.defaultText()).isEqualTo("5m");
        assertThat(MODE.choices()).containsExactly("insert", "up-sert");
    }

    @Test
    void aConfigurationDoesNotShowItsValues() {
        assertThat(Config.parse(SPEC, Map.of("url", "s3cret")).toString()).doesNotContain("s3cret");
    }

    @Test
    void aPositionHoldsJsonValuesOnly() {
        assertThat(Position.of("offset", 5L).with("file", "a.csv").textAt("file"))
                .contains("a.csv");
        assertThatThrownBy(() -> Position.of("offset", new Object())).hasMessageContaining("java.lang.Object");
    }
}
