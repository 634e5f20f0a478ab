package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.runtime.pipeline.Fixture.Exchange;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of a recording is read again as it was, and has no secrets. */
final class FixtureFileTest {

    private static final Instant TIME = Instant.parse("2026-11-28T12:00:00Z");
    private static final String SECRET = "p\u00e4ss/w\"rd+1";
    private static final String[] PIECES = {
        "a",
        "b c",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "\r",
        ":",
        ": ",
        "#",
        " # ",
        "- ",
        "'",
        "\"",
        "\\",
        "${",
        "$${",
        "$",
        "{",
        "}",
        "[",
        "%",
        "&",
        "*",
        "!",
        "|",
        ">",
        "@",
        "`",
        "\u00e4",
        "\u4e2d",
        "\ud83d\ude00",
        "\u0085",
        "\u2028",
        "\ufeff",
        "\u0001",
        "null",
        "true",
        "1.10",
        "~",
        "---",
        "..."
    };

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("p.yaml"), text);
    }

    private FixtureMasks masks(String pipeline, Map<String, String> environment, String... secrets) throws IOException {
        Pipeline read = new Pipeline("p", file(pipeline), List.of(), List.of(), List.of());
        return FixtureMasks.of(read, Secrets.of(List.of(secrets)), Outside.of(environment));
    }

    private String text(FixtureMasks masks, Map<String, Object> request, Map<String, Object> answer) {
        return FixtureFile.text(
                new Fixture(
                        folder.resolve("f.yaml"), "shop", "http", TIME, 7, List.of(new Exchange(request, answer, ""))),
                masks);
    }

    private Fixture read(String text, Map<String, String> environment) throws IOException {
        FixtureFile.Result result =
                FixtureFile.read(Files.writeString(folder.resolve("f.yaml"), text), Outside.of(environment));
        assertThat(result.problems()).isEmpty();
        return result.fixture().orElseThrow();
    }

    @Test
    void anyTextIsReadAsItWas() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        FixtureMasks none = masks("name: p", Map.of());
        for (int round = 0; round < 500; round++) {
            StringBuilder body = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                body.append(PIECES[random.nextInt(PIECES.length)]);
            }
            Map<String, Object> answer =
                    Map.of("body", body.toString(), "list", List.of(body.toString(), Map.of("x", body.toString())));
            Fixture fixture = read(text(none, Map.of("url", body + "?"), answer), Map.of());
            assertThat(fixture.exchanges()).as("seed %s: '%s'", seed, body).hasSize(1);
            assertThat(fixture.exchanges().get(0).request()).as("seed %s", seed).containsEntry("url", body + "?");
            assertThat(fixture.exchanges().get(0).answer())
                    .as("seed %s: '%s'", seed, body)
                    .isEqualTo(answer);
        }
    }

    @Test
    void whatStandsInTheHeadIsKeptAndPlacesAreNamed() throws IOException {
        Fixture fixture = read(text(masks("name: p", Map.of()), Map.of("n", 1L), Map.of("status", 200L)), Map.of());
        assertThat(fixture.source()).isEqualTo("shop");
        assertThat(fixture.connector()).isEqualTo("http");
        assertThat(fixture.time()).isEqualTo(TIME);
        assertThat(fixture.limit()).isEqualTo(7);
        assertThat(fixture.exchanges().get(0).place()).endsWith("f.yaml:8:5");
    }

    @Test
    void noFormOfASecretStays() throws IOException {
        byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
        List<String> forms = new ArrayList<>(List.of(
                SECRET,
                URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                URLEncoder.encode(SECRET, StandardCharsets.UTF_8).toLowerCase(java.util.Locale.ROOT),
                SECRET.replace("\"", "\\\""),
                // JSON in JSON, as those write it who trust ASCII alone
                SECRET.replace("\"", "\\\\\\\""),
                SECRET.replace("\"", "\\\"").replace("\u00e4", "\\u00e4"),
                SECRET.replace("\"", "\\\"").replace("\u00e4", "\\u00E4").replace("/", "\\/"),
                SECRET.replace("\"", "&quot;"),
                SECRET.replace("\"", "&#34;"),
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes),
                URLEncoder.encode(URLEncoder.encode(SECRET, StandardCharsets.UTF_8), StandardCharsets.UTF_8)));
        for (String before : List.of("", "a", "ab", "abc", "user:")) {
            forms.add(Base64.getEncoder().encodeToString((before + SECRET + before).getBytes(StandardCharsets.UTF_8)));
            forms.add(Base64.getUrlEncoder().encodeToString((before + SECRET).getBytes(StandardCharsets.UTF_8)));
            String coded = Base64.getEncoder().encodeToString((before + SECRET + ".").getBytes(StandardCharsets.UTF_8));
            forms.add(Base64.getEncoder().encodeToString((before + coded).getBytes(StandardCharsets.UTF_8)));
        }
        String inner = Base64.getEncoder().encodeToString(bytes).substring(0, 10);
        FixtureMasks masks = masks("name: p", Map.of(), SECRET);
        for (String form : forms) {
            String text = text(masks, Map.of("url", "x" + form + "y"), Map.of("body", "line\n" + form + "\n"));
            assertThat(text).as(form).contains("***").doesNotContain(form).doesNotContain(inner);
        }
    }

    @Test
    void nothingOfASecretStaysAtTheEndsOfABase64() throws IOException {
        FixtureMasks masks = masks("name: p", Map.of(), "secret-of-mine");
        for (String before : List.of("", "a", "ab")) {
            String coded =
                    Base64.getEncoder().encodeToString((before + "secret-of-mine").getBytes(StandardCharsets.UTF_8));
            String masked = masks.masked(coded).toString();
            String rest = masked.replace("***", "").replace("=", "");
            assertThat(rest.length() * 6).as(masked).isLessThanOrEqualTo(before.length() * 8);
        }
        assertThat(masks("name: p", Map.of(), "s3cr")
                        .masked(Base64.getEncoder().encodeToString("s3cr".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("***==");
    }

    @Test
    void secretsThatTouchOrOverlapLeaveNothing() throws IOException {
        FixtureMasks masks = masks("name: p", Map.of(), "abcdefgh", "fghijklm", "cdef");
        assertThat(masks.masked("-abcdefghijklm-cdef-")).isEqualTo("-***-***-");
        assertThat(masks.masked("abcdefghabcdefgh")).isEqualTo("******");
    }

    @Test
    void longSecretsThatDifferHaveMasksThatDiffer() throws IOException {
        FixtureMasks masks = masks("name: p", Map.of());
        List.of("a-token-of-one-page-1", "a-token-of-one-page-2", "short-1", "short-2")
                .forEach(masks::hide);
        String one = masks.masked("a-token-of-one-page-1").toString();
        assertThat(one).matches("\\*\\*\\*[0-9a-f]{4}").isNotEqualTo(masks.masked("a-token-of-one-page-2"));
        assertThat(masks.masked("short-1")).isEqualTo("***").isEqualTo(masks.masked("short-2"));
    }

    @Test
    void aRequestIsTheSameWhateverAPlaceholderBringsInAndHoweverItIsWritten() throws IOException {
        String pipeline = "x: ${env:WHO}";
        FixtureMasks there = masks(pipeline, Map.of("WHO", "a b/\u00e7+1"), "a b/\u00e7+1");
        FixtureMasks here = masks(pipeline, Map.of("WHO", "unused"), "unused");
        String url = "http://x/?who=" + URLEncoder.encode("a b/\u00e7+1", StandardCharsets.UTF_8);
        Fixture fixture =
                read(text(there, Map.of("url", url, "body", "a b/\u00e7+1"), Map.of()), Map.of("WHO", "unused"));
        assertThat(here.compared(fixture.exchanges().get(0).request()))
                .isEqualTo(here.compared(Map.of("url", "http://x/?who=unused", "body", "unused")));
    }

    @Test
    void aValueThatIsTooShortToBeFoundAgainIsTold() throws IOException {
        FixtureMasks masks =
                masks("x: ${env:A} ${env:B} ${env:C:-no}", Map.of("A", "eu", "B", "long-enough"), "long-enough");
        assertThat(masks.literal()).containsExactly("${env:A}");
        assertThat(masks.masked("eu long-enough")).isEqualTo("eu ${env:B}");
    }

    @Test
    void rowsOfAnyTextAreReadAsTheyWere() throws IOException {
        FixtureMasks masks = masks("x: ${env:A:-\"quoted\"}", Map.of("A", "the-secret"), "the-secret");
        ObjectMapper json = new ObjectMapper();
        for (String piece : PIECES) {
            String line =
                    FixtureFile.line(json.createObjectNode().put("k" + piece, "v" + piece + " the-secret"), masks);
            Map<String, Object> answer = read(
                            text(masks, Map.of("x", 1L), Map.of("x", 1L)).replace("x: 1\n", "row: " + line + "\n"),
                            Map.of("A", "the-secret"))
                    .exchanges()
                    .get(0)
                    .answer();
            assertThat(answer).isEqualTo(Map.of("row", Map.of("k" + piece, "v" + piece + " the-secret")));
        }
    }

    @Test
    void whatIsNoFixtureIsNotCalledAPipeline() throws IOException {
        for (String text : List.of("", "x".repeat(4 << 20), "- a", "{")) {
            Path file = Files.writeString(folder.resolve("f.yaml"), text);
            assertThat(FixtureFile.read(file, Outside.of(Map.of())).problems().toString())
                    .isNotEqualTo("[]")
                    .doesNotContain("pipeline");
        }
        assertThat(FixtureFile.read(folder, Outside.of(Map.of())).problems().toString())
                .contains("not a fixture file");
    }

    @Test
    void aPlaceholderStandsForWhatItBroughtInAndMayBringAnotherThingLater() throws IOException {
        FixtureMasks masks = masks(
                "url: ${env:URL:-https://api.example.com}/x # ${env:UNSET}",
                Map.of("URL", "http://127.0.0.1:8080"),
                "http://127.0.0.1:8080",
                "literal-secret");
        String text = text(
                masks,
                Map.of("url", "http://127.0.0.1:8080/x?k=literal-secret"),
                Map.of("body", "go to http://127.0.0.1:8080/y, or $http://127.0.0.1:8080\n${env:URL}\n"));
        assertThat(text).contains("${env:URL:-https://api.example.com}/x?k=***").doesNotContain("127.0.0.1");
        Fixture here = read(text, Map.of("URL", "https://here"));
        assertThat(here.exchanges().get(0).request()).containsEntry("url", "https://here/x?k=***");
        assertThat(here.exchanges().get(0).answer())
                .containsEntry("body", "go to https://here/y, or $***\n${env:URL}\n");
        assertThat(read(text, Map.of()).exchanges().get(0).request())
                .containsEntry("url", "https://api.example.com/x?k=***");
    }

    @Test
    void whatWasHeardOfLaterIsMaskedToo() throws IOException {
        FixtureMasks masks = masks("name: p", Map.of());
        Map<String, Object> request = Map.of("url", "https://x/?t=fetched-token");
        assertThat(text(masks, request, Map.of())).contains("fetched-token");
        masks.hide("fetched-token");
        assertThat(text(masks, request, Map.of())).doesNotContain("fetched-token");
    }

    @Test
    void mistakesOfAPersonHaveTheirPlaces() throws IOException {
        Path file = Files.writeString(folder.resolve("f.yaml"), """
                source: shop
                conector: http
                time: yesterday
                exchanges:
                  - request: {url: x}
                """);
        assertThat(FixtureFile.read(file, Outside.of(Map.of())).problems().stream()
                        .map(problem -> problem.toString().replace(folder + "/", "")))
                .anyMatch(problem -> problem.startsWith("f.yaml:2:1: a fixture has no key 'conector'"))
                .anyMatch(problem -> problem.startsWith("f.yaml:3:7: 'time' must be a time such as"))
                .anyMatch(problem -> problem.startsWith("f.yaml:5:5: an exchange needs the map 'answer'"));
    }
}
