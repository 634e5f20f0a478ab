package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.connectors.http.ApiServer.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is new is asked for, and nothing is published twice. */
final class IncrementalTest {

    private record Item(long id, Instant at) {}

    private final List<Item> items = new ArrayList<>();
    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ApiServer().on("/items", asked -> {
            Instant since = asked.query("since") == null ? Instant.MIN : Instant.parse(asked.query("since"));
            Instant until = asked.query("until") == null ? Instant.MAX : Instant.parse(asked.query("until"));
            return Answer.json(items.stream()
                    .filter(item -> !item.at().isBefore(since) && item.at().isBefore(until))
                    .sorted(Comparator.comparing(Item::at).thenComparing(Item::id))
                    .map(item -> "{\"id\": " + item.id() + ", \"updated_at\": \"" + item.at() + "\"}")
                    .collect(Collectors.joining(",", "[", "]")));
        });
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void add(long id, String at) {
        items.add(new Item(id, Instant.parse(at)));
    }

    private Map<String, Object> options(Object... more) {
        Map<String, Object> options = Read.options(more);
        options.put("url", server.url("/items"));
        options.putIfAbsent("query", Map.of("since", "{since}"));
        return options;
    }

    /** Asks for the items of one day after the other. */
    private Read sliced(String since, Object... more) throws Exception {
        Map<String, Object> options = options(more);
        options.put("query", Map.of("since", "{since}", "until", "{until}"));
        options.put("since", since);
        options.put("slice", "1d");
        return new Read(options);
    }

    @Test
    void eachPassAsksFromTheGreatestValueOnAndPassesOverWhatItKnows() throws Exception {
        add(1, "2026-11-01T10:00:00Z");
        add(2, "2026-11-01T11:00:00Z");
        try (Read read = new Read(options("cursor-field", "updated_at"))) {
            assertThat(read.next("id")).containsExactly(1L, 2L);
            assertThat(read.next("id")).isEmpty();
            add(3, "2026-11-01T11:00:00Z");
            add(4, "2026-11-01T12:00:00Z");
            read.harness.restart();
            assertThat(read.next("id")).containsExactly(3L, 4L);
            assertThat(read.next("id")).isEmpty();
            assertThat(server.asked().get(server.asked().size() - 1).query("since"))
                    .isEqualTo("2026-11-01T12:00:00Z");
        }
    }

    @Test
    void anOverlapFindsWhatIsShownLate() throws Exception {
        add(1, "2026-11-01T10:00:00Z");
        add(2, "2026-11-01T11:00:00Z");
        try (Read read = new Read(options("cursor-field", "updated_at", "overlap", "2h"))) {
            assertThat(read.next("id")).containsExactly(1L, 2L);
            add(3, "2026-11-01T10:30:00Z");
            assertThat(read.next("id")).containsExactly(3L);
            read.harness.restart();
            assertThat(read.next("id")).isEmpty();
        }
    }

    @Test
    void aChangedRecordComesAgain() throws Exception {
        add(1, "2026-11-01T10:00:00Z");
        add(2, "2026-11-01T10:00:00Z");
        try (Read read = new Read(options("cursor-field", "updated_at"))) {
            read.next("id");
            items.remove(0);
            add(1, "2026-11-02T10:00:00Z");
            assertThat(read.next("id")).containsExactly(1L);
        }
    }

    @Test
    void theFirstPassBeginsWhereItIsSaid() throws Exception {
        add(1, "2026-10-01T10:00:00Z");
        add(2, "2026-11-01T10:00:00Z");
        assertThat(Read.all("id", options("cursor-field", "updated_at", "since", "2026-10-15T00:00:00Z")))
                .containsExactly(2L);
    }

    @Test
    void slicesFollowOneAnother() throws Exception {
        add(1, "2026-11-17T10:00:00Z");
        add(2, "2026-11-18T10:00:00Z");
        add(3, "2026-11-20T11:59:00Z");
        try (Read read = sliced("2026-11-17T00:00:00Z")) {
            assertThat(read.next("id")).containsExactly(1L, 2L, 3L);
            assertThat(server.asked().stream()
                            .map(asked -> asked.query("until"))
                            .filter(Objects::nonNull)
                            .toList())
                    .as("the first to find out the fields")
                    .containsExactly(
                            "2026-11-18T00:00:00Z",
                            "2026-11-18T00:00:00Z",
                            "2026-11-19T00:00:00Z",
                            "2026-11-20T00:00:00Z",
                            "2026-11-20T12:00:00Z");
            add(4, "2026-11-20T12:30:00Z");
            read.context.advance(Duration.ofHours(1));
            assertThat(read.next("id")).containsExactly(4L);
        }
    }

    /** A pass that went on to "now" at its end would begin another slice each time, and ask without a pause. */
    @Test
    void slicesEndWhereThePassBeganThoughTimeGoesOn() throws Exception {
        try (Read read = sliced("2026-11-19T00:00:00Z", "columns", Map.of("id", "int64"))) {
            server.on("/items", asked -> {
                read.context.advance(Duration.ofMillis(40));
                return Answer.json("[]");
            });
            assertThat(read.next("id")).isEmpty();
            assertThat(server.asked()).hasSize(2);
            read.context.advance(Duration.ofHours(1));
            assertThat(read.next("id")).isEmpty();
            assertThat(server.asked()).hasSize(3);
            assertThat(server.asked().get(2).query("since"))
                    .isEqualTo(server.asked().get(1).query("until"));
        }
    }

    @Test
    void fieldsAreFoundOutWithinTheFirstSlice() throws Exception {
        add(1, "2026-11-17T10:00:00Z");
        try (Read read = sliced("2026-11-17T00:00:00Z")) {
            read.harness.discover();
            assertThat(server.asked()).hasSize(1);
            assertThat(server.asked().get(0).query("until")).isEqualTo("2026-11-18T00:00:00Z");
        }
    }

    /** Otherwise what a server adds to a day that was asked for already would be taken for old. */
    @Test
    void aDayWithoutATimeIsAskedForUntilItIsOver() throws Exception {
        Map<String, Integer> days = new TreeMap<>(Map.of("2026-11-18", 1, "2026-11-19", 1));
        server.on(
                "/days",
                asked -> Answer.json(days.entrySet().stream()
                        .filter(day -> day.getKey().compareTo(asked.query("from")) >= 0
                                && day.getKey().compareTo(asked.query("to")) <= 0)
                        .map(day -> "{\"day\": \"" + day.getKey() + "\", \"sum\": " + day.getValue() + "}")
                        .collect(Collectors.joining(",", "[", "]"))));
        try (Read read = new Read(Read.options(
                "url",
                server.url("/days"),
                "query",
                Map.of("from", "{since}", "to", "{until}"),
                "columns",
                Map.of("day", "date", "sum", "int64"),
                "cursor-field",
                "day",
                "since",
                "2026-11-18",
                "since-format",
                "date",
                "slice",
                "1d"))) {
            assertThat(read.next("sum")).containsExactly(1L, 1L);
            days.put("2026-11-20", 5);
            assertThat(read.next("sum")).containsExactly(5L);
            assertThat(read.next("sum")).as("the same").isEmpty();
            read.context.advance(Duration.ofHours(1));
            days.put("2026-11-20", 6);
            assertThat(read.next("sum")).as("more of today").containsExactly(6L);
            read.context.advance(Duration.ofDays(1));
            days.put("2026-11-21", 7);
            assertThat(read.next("sum")).as("tomorrow").containsExactly(7L);
            assertThat(read.next("sum")).isEmpty();
        }
    }

    @Test
    void momentsAreWrittenAsTheServerWantsThem() throws Exception {
        server.on("/events", asked -> Answer.json("[{\"id\": 1, \"created\": 1790000000}]"));
        try (Read read = new Read(Read.options(
                "url",
                server.url("/events"),
                "query",
                Map.of("created[gte]", "{since}"),
                "cursor-field",
                "created",
                "since",
                "2026-01-01T00:00:00Z",
                "since-format",
                "epoch-seconds",
                "overlap",
                "1m",
                "columns",
                Map.of("id", "int64", "created", "timestamptz")))) {
            assertThat(read.next("created")).containsExactly(Instant.ofEpochSecond(1_790_000_000L));
            assertThat(read.next("created")).isEmpty();
            assertThat(server.asked().stream().map(asked -> asked.query("created[gte]")))
                    .containsExactly("1767225600", "1789999940");
        }
    }

    @Test
    void anUnchangedAnswerIsNotSentAgain() throws Exception {
        server.on(
                "/list",
                asked -> "\"v1\"".equals(asked.header("If-None-Match"))
                        ? Answer.status(304)
                        : Answer.json("[{\"id\": 1}]").with("ETag", "\"v1\""));
        try (Read read = new Read(Read.options("url", server.url("/list")))) {
            assertThat(read.next("id")).containsExactly(1L);
            assertThat(read.next("id")).isEmpty();
            assertThat(server.asked().get(server.asked().size() - 1).header("If-None-Match"))
                    .isEqualTo("\"v1\"");
        }
    }

    @Test
    void withoutACursorFieldPagesThatChangedArePublished() throws Exception {
        String[] second = {"[{\"id\": 2, \"v\": 1}]"};
        server.on(
                "/list",
                asked -> Answer.json(
                        asked.number("page", 1) == 1
                                ? "[{\"id\": 1, \"v\": 1}]"
                                : asked.number("page", 1) == 2 ? second[0] : "[]"));
        try (Read read =
                new Read(Read.options("url", server.url("/list"), "paginate", "page", "page-parameter", "page"))) {
            assertThat(read.next("id")).containsExactly(1L, 2L);
            assertThat(read.next("id")).isEmpty();
            second[0] = "[{\"id\": 2, \"v\": 9}]";
            assertThat(read.next("id")).containsExactly(2L);
        }
    }

    @Test
    void theNewestFirstEndAPassEarly() throws Exception {
        server.on(
                "/new",
                asked -> Answer.json(
                        asked.number("page", 1) > 9
                                ? "[]"
                                : "[{\"id\": " + asked.number("page", 1) + ", \"n\": " + (100 - asked.number("page", 1))
                                        + "}]"));
        try (Read read = new Read(Read.options(
                "url",
                server.url("/new"),
                "paginate",
                "page",
                "page-parameter",
                "page",
                "cursor-field",
                "n",
                "newest-first",
                "true"))) {
            assertThat(read.next("id")).hasSize(9);
            int before = server.asked().size();
            assertThat(read.next("id")).isEmpty();
            assertThat(server.asked()).hasSizeLessThanOrEqualTo(before + 2);
        }
    }
}
