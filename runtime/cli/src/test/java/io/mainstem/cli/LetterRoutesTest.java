package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters and runs over HTTP, of a real worker. */
final class LetterRoutesTest extends CommandCase {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PIPELINE = """
            name: p
            sources:
              in:
                connector: lines
                topic: lines
                options: {path: in.txt}
                schedule: {cron: 0 0 2 29 2 ?}
                on-failure: {bad-records: dead-letters}
              always: {connector: lines, topic: other, options: {path: other.txt, forever: true}}
            sinks:
              out:
                connector: lines
                topics: [lines]
                options: {path: out.txt}
                on-failure: {bad-records: dead-letters}
            """;

    private RestHarness rest;

    @BeforeEach
    void startAWorker() throws Exception {
        cli.write("in.txt", "one\nbad\nrefused\nfour\nrefused\n");
        cli.write("other.txt", "");
        rest = RestHarness.serving(cli, folder, cli.write("p.yaml", PIPELINE));
        rest.await("/v1/status", "sleeping");
        assertThat(rest.post("/v1/runs/p/in/start", "").statusCode()).isEqualTo(200);
        Awaiting.until(Duration.ofSeconds(20), () -> letters("").size(), size -> size == 3);
    }

    @AfterEach
    void stopTheWorker() throws IOException {
        rest.close();
    }

    private JsonNode letters(String query) {
        return json(rest.get("/v1/dead-letters" + query));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> ids(JsonNode letters) {
        return letters.findValuesAsText("id");
    }

    @Test
    void lettersAreListedFilteredAndPaged() {
        List<String> all = ids(letters(""));

        assertThat(letters("?source=in").findValuesAsText("reason")).containsExactly("it says so");
        assertThat(ids(letters("?sink=out&pipeline=p&since=1h"))).hasSize(2);
        assertThat(letters("?until=2020-01-01T00:00:00Z")).isEmpty();
        assertThat(letters("?state=dropped")).isEmpty();
        assertThat(ids(letters("?max=2"))).isEqualTo(all.subList(0, 2));
        assertThat(ids(letters("?max=2&after=" + all.get(1)))).isEqualTo(all.subList(2, 3));
        for (String wrong :
                List.of("max=0", "max=1001", "max=x", "state=gone", "since=noon", "sort=id", "max=1&max=2")) {
            assertThat(rest.get("/v1/dead-letters?" + wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(rest.get("/v1/dead-letters?after=abcdef").statusCode()).isEqualTo(404);
    }

    @Test
    void lettersAreCountedByCause() {
        JsonNode causes = json(rest.get("/v1/dead-letter-causes"));

        assertThat(causes.findValuesAsText("letters")).containsExactly("2", "1");
        assertThat(causes.path(0).path("sink").asText()).isEqualTo("out");
        assertThat(ids(letters("?cause=" + causes.path(0).path("cause").asText())))
                .hasSize(2);
    }

    @Test
    void aLetterShowsItsRecordToWhoHasTheToken() {
        String id = ids(letters("?sink=out")).get(0);

        assertThat(rest.get("/v1/dead-letters/" + id).statusCode()).isEqualTo(401);
        JsonNode letter = json(rest.getWithToken("/v1/dead-letters/" + id.substring(0, 6)));
        assertThat(letter.path("record").asText()).contains("\"value\":{\"number\":3,\"text\":\"refused\"}");
        assertThat(letter.path("topic").asText()).isEqualTo("lines");
        String source = ids(letters("?source=in")).get(0);
        assertThat(json(rest.getWithToken("/v1/dead-letters/" + source))
                        .path("read")
                        .asText())
                .isEqualTo("bad");
        assertThat(rest.getWithToken("/v1/dead-letters/ffffffff").statusCode()).isEqualTo(404);
        for (String wrong : List.of("..", "%2e%2e", "a%00b", "a/../b")) {
            assertThat(rest.getWithToken("/v1/dead-letters/" + wrong).statusCode())
                    .as(wrong)
                    .isIn(400, 404);
        }
    }

    @Test
    void aLetterIsCorrectedAndSentAgainOnce() throws IOException {
        String id = ids(letters("?sink=out")).get(1);
        String edit = "/v1/dead-letters/" + id + "/edit";

        assertThat(rest.post(edit, "{\"number\":\"many\"}").statusCode()).isEqualTo(400);
        assertThat(rest.post(edit + "?codec=xml", "{}").statusCode()).isEqualTo(400);
        assertThat(json(rest.post(edit, "{\"number\":5,\"text\":\"five\"}"))
                        .path("record")
                        .asText())
                .contains("\"value\":{\"number\":5,\"text\":\"five\"}");
        String wish = "{\"ids\":[\"" + id + "\"]}";
        Awaiting.until(Duration.ofSeconds(20), () -> out(), text -> text.contains("four"));
        assertThat(json(rest.post("/v1/dead-letters/replay", wish))
                        .path("sent")
                        .path(0)
                        .asText())
                .isEqualTo(id);
        Awaiting.until(Duration.ofSeconds(20), () -> out(), text -> text.contains("five"));
        assertThat(json(rest.post("/v1/dead-letters/replay", wish)).path("sent"))
                .isEmpty();
        assertThat(rest.post(edit, "{\"number\":5,\"text\":\"six\"}").statusCode())
                .isEqualTo(409);
        assertThat(out()).isEqualTo("one\nfour\nfive\n");
        assertThat(letters("?state=replayed").findValuesAsText("id")).containsExactly(id);
    }

    private String out() {
        try {
            return cli.read("out.txt");
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void lettersAreDroppedAndWhatASourceReadIsNotSent() {
        JsonNode replayed = json(rest.post("/v1/dead-letters/replay", "{\"source\":\"in\"}"));

        assertThat(replayed.path("sent")).isEmpty();
        assertThat(replayed.path("refused").findValuesAsText("why").get(0))
                .contains("it has no row that could be published again");
        assertThat(json(rest.post("/v1/dead-letters/drop", "{\"source\":\"in\"}"))
                        .path("dropped")
                        .asInt())
                .isEqualTo(1);
        assertThat(json(rest.post("/v1/dead-letters/drop", "{\"all\":true}"))
                        .path("dropped")
                        .asInt())
                .isEqualTo(2);
        assertThat(letters("")).isEmpty();
        assertThat(letters("?state=dropped")).hasSize(3);
    }

    @Test
    void nothingChangesWithoutATokenOrAWishThatIsRight() {
        for (String path : List.of(
                "/v1/dead-letters/replay",
                "/v1/dead-letters/drop",
                "/v1/dead-letters/" + ids(letters("")).get(0) + "/edit",
                "/v1/runs/p/in/start")) {
            assertThat(rest.postWithoutToken(path).statusCode()).as(path).isEqualTo(401);
        }
        for (String wrong : List.of(
                "",
                "[]",
                "{}",
                "{\"all\":false}",
                "{\"all\":\"true\"}",
                "{\"ids\":\"abcd\"}",
                "{\"ids\":[1]}",
                "{\"al\":true}",
                "{\"all\":true,\"all\":true}",
                "{\"all\":true} x",
                "{\"since\":\"noon\"}",
                "{\"all\":true,\"force\":true}")) {
            assertThat(rest.post("/v1/dead-letters/drop", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(rest.post("/v1/dead-letters/drop", "{\"ids\":[\"ffffffff\"]}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(letters("")).hasSize(3);
    }

    @Test
    void runsAreListedShownAndStarted() {
        rest.await("/v1/runs", "\"outcome\" : \"done\"");
        JsonNode run = json(rest.get("/v1/runs/p/in/1"));

        assertThat(run.path("trigger").asText()).isEqualTo("hand");
        assertThat(run.path("records").asInt()).isEqualTo(4);
        assertThat(run.path("deadLetters").asInt()).isEqualTo(1);
        assertThat(json(rest.post("/v1/runs/p/in/start", "")).path("source").asText())
                .isEqualTo("in");
        rest.await("/v1/runs?pipeline=p&since=1h&max=1", "\"number\" : 2");
        assertThat(json(rest.get("/v1/runs?pipeline=other"))).isEmpty();
        assertThat(rest.get("/v1/runs?since=noon").statusCode()).isEqualTo(400);
        assertThat(rest.get("/v1/runs/p/in/99").statusCode()).isEqualTo(404);
        assertThat(rest.post("/v1/runs/p/on/start", "").statusCode()).isEqualTo(404);
        assertThat(rest.post("/v1/runs/p/always/start", "")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body()).contains("reads continuously");
        });
    }
}
