package io.mainstem.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestTest {

    @Test
    void aMissingExtraWrongOrSwappedLetterIsOneStep() {
        assertThat(Nearest.distance("topic", "topic")).isZero();
        assertThat(Nearest.distance("topc", "topic")).isEqualTo(1);
        assertThat(Nearest.distance("toopic", "topic")).isEqualTo(1);
        assertThat(Nearest.distance("tobic", "topic")).isEqualTo(1);
        assertThat(Nearest.distance("tpoic", "topic")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    }

    @Test
    void whereNoneIsNearAFewAreAllNamed() {
        assertThat(Nearest.hintOrAll("topc", List.of("key", "topic"))).isEqualTo("; did you mean 'topic'?");
        assertThat(Nearest.hintOrAll("steps", List.of("key", "topic"))).isEqualTo("; there are key, topic");
        assertThat(Nearest.hintOrAll("steps", Collections.nCopies(21, "name"))).isEmpty();
        assertThat(Nearest.hintOrAll("steps", List.of())).isEmpty();
    }

    @Test
    void onlyWhatIsCloseIsGuessed() {
        assertThat(Nearest.of("sorces", List.of("sinks", "sources", "topics"))).contains("sources");
        assertThat(Nearest.of("connections", List.of("sinks", "sources", "topics")))
                .isEmpty();
    }
}
