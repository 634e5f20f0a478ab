package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.ApiServer.Asked;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each way from page to page gives each record once, and ends; a server that goes in circles is named. */
final class PaginationTest {

    private static final int RECORDS = 25;
    private static final int PAGE = 10;
    private static final List<Object> ALL =
            LongStream.rangeClosed(1, RECORDS).mapToObj(id -> (Object) id).toList();

    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** The records behind the first so many. */
    private static String page(long behind) {
        return LongStream.rangeClosed(behind + 1, Math.min(RECORDS, behind + PAGE))
                .mapToObj(id -> "{\"id\": " + id + ", \"name\": \"n" + id + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private Map<String, Object> options(Object... more) {
        Map<String, Object> options = Read.options(more);
        options.putIfAbsent("url", server.url("/items"));
        return options;
    }

    @Test
    void linksAreFollowed() throws Exception {
        server.on("/items", asked -> {
            long behind = asked.number("after", 0);
            Answer answer = Answer.json(page(behind));
            return behind + PAGE < RECORDS
                    ? answer.with(
                            "Link",
                            "<http://x.test/a,b?first>; rel=\"first\", </items?after=" + (behind + PAGE)
                                    + ">; title=\"a, b\"; rel=\"last next\"")
                    : answer.with("Link", "</items?after=0>; rel=\"first\"");
        });
        assertThat(Read.all("id", options("paginate", "link"))).isEqualTo(ALL);
    }

    @Test
    void aUrlInTheBodyIsFollowed() throws Exception {
        server.on("/items", asked -> {
            long behind = asked.number("after", 0);
            String next =
                    behind + PAGE < RECORDS ? "\"" + server.url("/items?after=" + (behind + PAGE)) + "\"" : "null";
            return Answer.json("{\"data\": " + page(behind) + ", \"next\": " + next + "}");
        });
        assertThat(Read.all("id", options("paginate", "next-url", "next-at", "/next", "records", "/data")))
                .isEqualTo(ALL);
    }

    @Test
    void aUrlOnAnotherHostIsRefused() {
        server.on(
                "/items",
                asked -> Answer.json("{\"data\": " + page(0) + ", \"next\": \"http://169.254.169.254/latest\"}"));
        assertThatThrownBy(() -> Read.all(
                        "id",
                        options(
                                "paginate",
                                "next-url",
                                "next-at",
                                "/next",
                                "records",
                                "/data",
                                "auth",
                                "bearer",
                                "token",
                                "secret-token")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("http://169.254.169.254:80");
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void cursorsAreHandedBack() throws Exception {
        server.on("/items", asked -> {
            long behind = asked.query("cursor") == null
                    ? 0
                    : Long.parseLong(asked.query("cursor").substring(2));
            String next = behind + PAGE < RECORDS ? "c/" + (behind + PAGE) : "";
            return Answer.json("{\"meta\": {\"next\": \"" + next + "\"}, \"items\": " + page(behind) + "}");
        });
        assertThat(Read.all(
                        "id",
                        options(
                                "paginate",
                                "cursor",
                                "next-at",
                                "/meta/next",
                                "page-parameter",
                                "cursor",
                                "records",
                                "/items")))
                .isEqualTo(ALL);
    }

    @Test
    void cursorsMayStandInHeadersAndGoIntoBodies() throws Exception {
        server.on("/items", asked -> {
            long behind = asked.body().contains("null") ? 0 : asked.body().contains("10") ? 10 : 20;
            Answer answer = Answer.json(page(behind));
            return behind < 20 ? answer.with("X-Next", Long.toString(behind + PAGE)) : answer;
        });
        assertThat(Read.all(
                        "id",
                        options(
                                "method",
                                "POST",
                                "body",
                                "{\"from\": \"{cursor}\"}",
                                "paginate",
                                "cursor",
                                "next-header",
                                "X-Next")))
                .isEqualTo(ALL);
    }

    @Test
    void numberedPagesEndWithAnEmptyOne() throws Exception {
        server.on("/items", asked -> Answer.json(page((asked.number("page", -1) - 1) * PAGE)));
        assertThat(Read.all("id", options("paginate", "page", "page-parameter", "page")))
                .isEqualTo(ALL);
        assertThat(server.asked()).hasSize(1 + 4);
    }

    @Test
    void aTotalOrAShortPageSavesTheLastRequest() throws Exception {
        server.on(
                "/items", asked -> Answer.json("{\"total\": 3, \"data\": " + page(asked.number("p", 0) * PAGE) + "}"));
        assertThat(Read.all(
                        "id",
                        options(
                                "query",
                                Map.of("p", "{page}"),
                                "paginate",
                                "page",
                                "first-page",
                                "0",
                                "total-at",
                                "/total",
                                "records",
                                "/data")))
                .isEqualTo(ALL);
        assertThat(server.asked()).hasSize(1 + 3);
        assertThat(Read.all(
                        "id",
                        options(
                                "query",
                                Map.of("p", "{page}"),
                                "paginate",
                                "page",
                                "first-page",
                                "0",
                                "page-size",
                                "10",
                                "short-page-ends",
                                "true",
                                "records",
                                "/data")))
                .isEqualTo(ALL);
        assertThat(server.asked()).hasSize(4 + 4);
    }

    @Test
    void offsetsCountWhatCame() throws Exception {
        server.on("/items", asked -> Answer.json(page(asked.number("startAt", 0))));
        assertThat(Read.all(
                        "id",
                        options(
                                "paginate",
                                "offset",
                                "page-parameter",
                                "startAt",
                                "page-size",
                                "50",
                                "page-size-parameter",
                                "maxResults")))
                .isEqualTo(ALL);
        assertThat(server.asked()).allMatch(asked -> asked.query("maxResults").equals("50"));
    }

    @Test
    void keysOfTheLastRecordLeadOn() throws Exception {
        server.on("/items", asked -> {
            long behind = asked.number("starting_after", 0);
            return Answer.json("{\"has_more\": " + (behind + PAGE < RECORDS) + ", \"data\": " + page(behind) + "}");
        });
        assertThat(Read.all(
                        "id",
                        options(
                                "paginate",
                                "keyset",
                                "next-at",
                                "id",
                                "page-parameter",
                                "starting_after",
                                "more-at",
                                "/has_more",
                                "records",
                                "/data")))
                .isEqualTo(ALL);
        assertThat(server.asked()).hasSize(1 + 3);
    }

    @Test
    void aCursorThatComesAgainIsNamed() throws Exception {
        server.on(
                "/items",
                asked -> Answer.json("{\"next\": \""
                        + (asked.query("c") == null ? "a" : asked.query("c").equals("a") ? "b" : "a") + "\", \"data\": "
                        + page(asked.query("c") == null ? 0 : asked.query("c").equals("a") ? 10 : 20) + "}"));
        try (Read read = new Read(
                options("paginate", "cursor", "next-at", "/next", "page-parameter", "c", "records", "/data"))) {
            assertThatThrownBy(read.harness::runToEnd)
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("circle");
            assertThat(server.asked()).hasSizeLessThanOrEqualTo(5);
            assertThat(read.values("id")).doesNotHaveDuplicates();
        }
    }

    @Test
    void aServerThatKnowsNoPagesIsNamedAndPublishedOnce() throws Exception {
        server.on("/items", asked -> Answer.json(page(0)));
        try (Read read = new Read(options("paginate", "page", "page-parameter", "page"))) {
            assertThatThrownBy(read.harness::runToEnd)
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("the same records");
            assertThat(read.values("id")).hasSize(PAGE).doesNotHaveDuplicates();
            assertThat(server.asked()).hasSize(1 + 3);
        }
    }

    @Test
    void pagesThatNeverEndAreLimited() {
        server.on("/items", asked -> Answer.json("[{\"id\": " + asked.number("page", 0) + "}]"));
        assertThatThrownBy(
                        () -> Read.all("id", options("paginate", "page", "page-parameter", "page", "pages-max", "5")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("more than 5 pages");
    }

    /** What stops reading, or is asked for again. */
    private void assertBroken(Class<? extends Exception> kind, String message, Object... more) throws Exception {
        try (Read read = new Read(options(more))) {
            assertThatThrownBy(read.harness::runToEnd).isInstanceOf(kind).hasMessageContaining(message);
        }
    }

    @Test
    void anEndBeforeTheTotalIsReachedIsAnErrorThatNamesBoth() throws Exception {
        server.on("/items", asked -> {
            long behind = asked.number("o", 0);
            return Answer.json("{\"total\": 40, \"data\": " + page(behind) + "}");
        });
        assertBroken(
                RetryException.class,
                "25 records were read, and 'total-at' says that there are 40 records",
                "paginate",
                "offset",
                "page-parameter",
                "o",
                "total-at",
                "/total",
                "records",
                "/data");
        server.on(
                "/pages",
                asked -> Answer.json("{\"total\": 5, \"data\": " + page((asked.number("p", 0) - 1) * PAGE) + "}"));
        assertBroken(
                RetryException.class,
                "4 pages were read, and 'total-at' says that there are 5 pages",
                "url",
                server.url("/pages"),
                "paginate",
                "page",
                "page-parameter",
                "p",
                "total-at",
                "/total",
                "records",
                "/data");
    }

    @Test
    void anEmptyPageAmongOthersIsReadAgain() throws Exception {
        AtomicInteger empty = new AtomicInteger();
        server.on("/items", asked -> {
            long behind = asked.number("o", 0);
            boolean lost = behind == 10 && empty.getAndIncrement() == 0;
            return Answer.json("{\"total\": 25, \"data\": " + (lost ? "[]" : page(behind)) + "}");
        });
        try (Read read = new Read(
                options("paginate", "offset", "page-parameter", "o", "total-at", "/total", "records", "/data"))) {
            assertThatThrownBy(read.harness::runToEnd).isInstanceOf(RetryException.class);
            read.harness.runToEnd();
            assertThat(read.values("id")).isEqualTo(ALL);
        }
    }

    @Test
    void aShortPageIsNotTheLastWhereTheTotalSaysMore() throws Exception {
        server.on("/items", asked -> Answer.json("{\"total\": 25, \"data\": " + page(asked.number("o", 0)) + "}"));
        assertThat(Read.all(
                        "id",
                        options(
                                "paginate",
                                "offset",
                                "page-parameter",
                                "o",
                                "page-size",
                                "50",
                                "short-page-ends",
                                "true",
                                "total-at",
                                "/total",
                                "records",
                                "/data")))
                .isEqualTo(ALL);
    }

    @Test
    void aTotalThatIsNoNumberStopsAndANegativeOneSaysNothing() throws Exception {
        String[] total = {"\"many\""};
        server.on(
                "/items",
                asked -> Answer.json("{\"total\": " + total[0] + ", \"data\": " + page(asked.number("o", 0)) + "}"));
        Object[] more = {"paginate", "offset", "page-parameter", "o", "total-at", "/total", "records", "/data"};
        assertBroken(StopException.class, "the total is 'many', which is no number", more);
        total[0] = "{\"value\": 25}";
        assertBroken(StopException.class, "at '/total' stands an object or an array", more);
        total[0] = "-1";
        assertThat(Read.all("id", options(more))).isEqualTo(ALL);
    }

    @Test
    void aNextPageThatIsAnObjectStopsAndAnEmptyOneIsNone() throws Exception {
        String[] next = {""};
        server.on("/items", asked -> Answer.json("{\"data\": " + page(0) + ", \"next\": " + next[0] + "}"));
        for (String paginate : List.of("next-url", "cursor")) {
            Object[] more = {
                "paginate", paginate, "next-at", "/next", "query", Map.of("c", "{cursor}"), "records", "/data"
            };
            next[0] = "{\"href\": \"/items?after=10\"}";
            assertBroken(StopException.class, "at '/next' stands an object or an array", more);
            for (String none : List.of("[]", "{}", "null", "\"\"")) {
                next[0] = none;
                assertThat(Read.all("id", options(more))).hasSize(PAGE);
            }
        }
    }

    @Test
    void aFirstPageWithoutANameForTheNextIsWarnedOf() throws Exception {
        server.on("/items", asked -> Answer.json("{\"data\": " + page(0) + ", \"cursor\": \"c2\"}"));
        for (String size : List.of("10", "50")) {
            try (Read read = new Read(options(
                    "paginate",
                    "cursor",
                    "next-at",
                    "/next",
                    "page-parameter",
                    "c",
                    "page-size",
                    size,
                    "records",
                    "/data"))) {
                read.harness.runToEnd();
                assertThat(read.context.log().toString().contains("nothing at '/next'; it has cursor, data"))
                        .isEqualTo(size.equals("10"));
            }
        }
    }

    @Test
    void thatThereIsMoreWithoutANameForItIsAnError() throws Exception {
        server.on("/items", asked -> Answer.json("{\"more\": true, \"data\": " + page(0) + "}"));
        assertBroken(
                RetryException.class,
                "'more-at' says that there is another page",
                "paginate",
                "cursor",
                "next-at",
                "/next",
                "page-parameter",
                "c",
                "more-at",
                "/more",
                "records",
                "/data");
    }

    @Test
    void aLastRecordWithoutItsKeyStops() throws Exception {
        server.on("/items", asked -> Answer.json("[{\"id\": 1}, {\"id\": null}]"));
        assertBroken(
                StopException.class,
                "its last record has no text or number at 'id'",
                "paginate",
                "keyset",
                "next-at",
                "id",
                "page-parameter",
                "after");
    }

    @Test
    void pagesOfXmlEndWhereTheySay() throws Exception {
        String[] next = {"<next><url>x</url></next>"};
        server.on(
                "/items",
                asked -> Answer.of(
                        200,
                        "application/xml",
                        "<r><i><id>1</id></i>" + (asked.query().isEmpty() ? next[0] : "<next nil='true'/>") + "</r>"));
        Object[] more = {
            "paginate", "cursor", "next-at", "/r/next", "page-parameter", "c", "records", "/r/i", "format", "xml"
        };
        assertBroken(StopException.class, "at '/r/next' stands an object or an array", more);
        next[0] = "<next of='it'>c2</next>";
        try (Read read = new Read(options(more))) {
            read.harness.runToEnd();
            assertThat(server.asked().get(server.asked().size() - 1).query("c")).isEqualTo("c2");
        }
    }

    @Test
    void csvHasNothingBesideItsRecords() {
        assertThatThrownBy(() -> Read.all(
                        "id",
                        options("paginate", "cursor", "next-at", "/next", "page-parameter", "c", "format", "csv")))
                .hasMessageContaining("has no place in CSV");
    }

    @Test
    void aFeedIsReadOnFromItsLastCursor() throws Exception {
        int[] there = {15};
        server.on("/items", asked -> {
            long from = asked.number("cursor", 0);
            long to = Math.min(from + PAGE, there[0]);
            return Answer.json("{\"next\": \"" + to + "\", \"data\": "
                    + LongStream.rangeClosed(from + 1, to)
                            .mapToObj(id -> "{\"id\": " + id + "}")
                            .collect(Collectors.joining(",", "[", "]"))
                    + "}");
        });
        try (Read read = new Read(options(
                "paginate",
                "cursor",
                "next-at",
                "/next",
                "page-parameter",
                "cursor",
                "records",
                "/data",
                "at-end",
                "keep"))) {
            assertThat(read.next("id")).hasSize(15);
            there[0] = 18;
            assertThat(read.next("id")).containsExactly(16L, 17L, 18L);
            assertThat(read.next("id")).isEmpty();
            List<Asked> asked = server.asked();
            assertThat(asked.get(asked.size() - 1).query("cursor")).isEqualTo("18");
        }
    }
}
