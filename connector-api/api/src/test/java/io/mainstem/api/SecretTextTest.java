package io.mainstem.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTextTest {

    private static final SecretText SECRETS = SecretText.of(List.of("Pq7/rT+9zX=é", "", "a \"b\\c\"", "Pq7/rT"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Pq7/rT+9zX=é",
                "Pq7%2FrT%2B9zX%3D%C3%A9",
                "Pq7/rT%2b9zX=%c3%a9",
                "Pq7%252FrT%252B9zX%253D%25C3%25A9",
                "Pq7\\/rT+9zX=\\u00e9",
                "Pq7\\\\\\/rT+9zX=\\\\u00E9",
                "Pq7\\u002FrT\\u002b9zX\\u003d\\u00e9",
                "Pq7&#x2F;rT&#43;9zX&#x3d;&eacute;",
                "Pq7&sol;rT&plus;9zX&amp;#61;&#233;",
                "a \"b\\c\"",
                "a \\\"b\\\\c\\\"",
                "a+%22b%5Cc%22",
                "a%20&quot;b\\\\c&#34;",
                "Pq7\\/rT",
            })
    void aSecretIsMaskedHoweverItIsSpelled(String spelled) {
        assertThat(SECRETS.mask("bad token " + spelled + ", sorry")).isEqualTo("bad token ***, sorry");
    }

    @Test
    void whatIsNoSecretStays() {
        assertThat(SECRETS.mask("Pq7_rT, a &nbsp; b, 100 % of $1 \\ 7"))
                .isEqualTo("Pq7_rT, a &nbsp; b, 100 % of $1 \\ 7");
        assertThat(SecretText.of(List.of()).mask("all")).isEqualTo("all");
    }
}
