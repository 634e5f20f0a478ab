package io.mainstem.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TopicSelectionTest {

    private static TopicSelection of(String... entries) {
        return TopicSelection.of(List.of(entries));
    }

    @Test
    void namesAreTakenAsTheyAre() {
        TopicSelection selection = of("orders", "__internal");
        assertThat(selection.contains("orders")).isTrue();
        assertThat(selection.contains("__internal")).isTrue();
        assertThat(selection.contains("orders2")).isFalse();
        assertThat(selection.names()).containsExactly("orders", "__internal");
        assertThat(selection.patterns()).isEmpty();
    }

    @Test
    void patternsTakeWhatFitsAndIsNotLeftOut() {
        TopicSelection selection = of("orders", "shop.*", "!shop.audit*", "!shop.orders");
        assertThat(selection.in(
                        List.of("zoo", "shop.items", "shop.orders", "shop.audit", "shop.audit.old", "shop.", "shop")))
                .containsExactly("orders", "shop.", "shop.items");
    }

    @Test
    void whatIsNamedInFullIsTakenWhateverPatternsLeaveOut() {
        assertThat(of("shop.audit", "shop.*", "!shop.a*").in(List.of("shop.audit", "shop.auto")))
                .containsExactly("shop.audit");
    }

    @Test
    void noPatternTakesTopicsOfTheLogItself() {
        assertThat(of("*").contains("__mainstem.schemas")).isFalse();
        assertThat(of("*").contains("_private")).isTrue();
    }

    @Test
    void moreCanBeLeftOutOfPatterns() {
        assertThat(of("*").without(List.of("dead")).contains("dead")).isFalse();
        assertThat(of("dead").without(List.of("dead"))).isEqualTo(of("dead"));
    }

    @Test
    void starsMatchAsRegularExpressionsDo() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String pattern = word(random, "ab*", 6);
            String text = word(random, "ab", 8);
            assertThat(TopicSelection.matches(pattern, text))
                    .as("seed %s: %s on %s", seed, pattern, text)
                    .isEqualTo(Pattern.matches(pattern.replace("*", ".*"), text));
        }
    }

    private static String word(Random random, String letters, int most) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(most + 1); length > 0; length--) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }
}
