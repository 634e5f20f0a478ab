package io.mainstem.connectors.http.source;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.connectors.http.client.ConnectionOptions;
import io.mainstem.connectors.http.client.JsonPlace;
import io.mainstem.connectors.http.client.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The options of the source: those of its connection, those of a request, and the streams that it has beside one. */
final class SourceOptions {

    /** How an answer is written. */
    enum Format {
        JSON,
        JSON_LINES,
        CSV,
        XML,
        EVENTS
    }

    /** How the next page is found. */
    enum Paginate {
        NONE,
        LINK,
        NEXT_URL,
        CURSOR,
        PAGE,
        OFFSET,
        KEYSET
    }

    /** How a moment is written into a request. */
    enum TimeFormat {
        ISO,
        DATE,
        EPOCH_SECONDS,
        EPOCH_MILLIS
    }

    /** Where the next pass begins. */
    enum AtEnd {
        RESTART,
        KEEP
    }

    /** What to do when there is nothing at a URL. */
    enum OnMissing {
        STOP,
        SKIP
    }

    /** What to do with a field that the stream does not have. */
    enum OnNewField {
        IGNORE,
        STOP
    }

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration YEAR = Duration.ofDays(366);

    static final Option<String> URL = Option.text("url")
            .doc(
                    "What to ask for. A name in braces stands for a value: `{since}` and `{until}` of an incremental stream, `{page}`, "
                            + "`{offset}`, `{cursor}` of its pages, `{page-size}`, `{parent.name}` of a parent's record, `{job}` and "
                            + "`{result}` of an export, or one of `for-each`.")
            .example("https://api.example.com/repos/{parent.full_name}/issues");
    static final Option<String> METHOD = Option.text("method")
            .defaultValue("GET")
            .doc("The verb of the request.")
            .example("POST");
    static final Option<Map<String, String>> QUERY = Option.map("query", Option.text("value"))
            .defaultValue(Map.of())
            .doc(
                    "Parameters of the query, with the same names in braces as the URL. One whose value is not known, such as "
                            + "`{since}` at the first time, is left out.")
            .example("{state: all, since: \"{since}\"}");
    static final Option<Map<String, String>> HEADERS = Option.map("headers", Option.text("value"))
            .defaultValue(Map.of())
            .doc("Headers, with names in braces too.")
            .example("{Accept: application/vnd.github+json}");
    static final Option<String> BODY = Option.text("body")
            .doc(
                    "The body of the request, with names in braces, which are written as parts of a text of JSON, of a form or of XML, "
                            + "as `body-type` says.")
            .example("{\"updated_after\": \"{since}\"}");
    static final Option<String> BODY_TYPE = Option.text("body-type")
            .defaultValue("application/json")
            .doc("The content type of the body.")
            .example("application/x-www-form-urlencoded");
    static final Option<Format> FORMAT = Option.choice("format", Format.class)
            .defaultValue(Format.JSON)
            .doc(
                    "How the answer is written. One that is packed by gzip is unpacked in any case. `events` is a stream of "
                            + "server-sent events, each a record.")
            .example("json");
    static final Option<String> RECORDS = Option.text("records")
            .defaultValue("")
            .doc(
                    "Where the records stand in the answer, as a JSON Pointer, in which `*` stands for any step: an array of them, or "
                            + "one. The empty text is the whole answer. In XML, the path of the elements.")
            .example("/data/items");
    static final Option<String> EXPAND = Option.text("expand")
            .doc(
                    "A field of the record that is an array: each of its elements makes a record of its own, with the other fields "
                            + "beside it.")
            .example("lines");
    static final Option<Map<String, Column>> COLUMNS = Option.map("columns", Option.parsed("type", Column::parse))
            .defaultValue(Map.of())
            .doc(
                    "The fields of the records, each with a type, then `not null` if it has always a value, then `at` with a JSON "
                            + "Pointer if it does not stand under its name. Without this option they are found out from the first page, "
                            + "and kept.")
            .example("{id: int64 not null, login: string at /user/login}");
    static final Option<Map<String, String>> ADD_FIELDS = Option.map("add-fields", Option.text("value"))
            .defaultValue(Map.of())
            .doc("Text fields to add to each record, with names in braces.")
            .example("{repository: \"{parent.full_name}\"}");
    static final Option<String> RECORD_FIELD = Option.text("record-field")
            .doc("A field to add that holds the whole record as JSON.")
            .example("raw");
    static final Option<OnNewField> ON_NEW_FIELD = Option.choice("on-new-field", OnNewField.class)
            .defaultValue(OnNewField.IGNORE)
            .doc("What to do with a field that the first page did not have and `columns` does not name.")
            .example("stop");
    static final Option<List<String>> KEY = Option.list("key", Option.text("field"))
            .defaultValue(List.of())
            .doc("The fields that together name a record.")
            .example("[id]");
    static final Option<String> DELIMITER = Option.text("delimiter")
            .defaultValue(",")
            .doc("What stands between the values of CSV.")
            .example(";");

    static final Option<Paginate> PAGINATE = Option.choice("paginate", Paginate.class)
            .defaultValue(Paginate.NONE)
            .doc(
                    "How the next page is asked for: by the `Link` header, by a URL in the answer, by a cursor in the answer, by the "
                            + "number of the page, by the number of records before it, or by a value of the last record (`keyset`).")
            .example("cursor");
    static final Option<String> NEXT_AT = Option.text("next-at")
            .doc(
                    "Where the URL or the cursor of the next page stands in the answer, as a JSON Pointer. Of `keyset`: the field of "
                            + "the last record. There is no next page when nothing, null or an empty text stands there; an object or an array "
                            + "stops the source.")
            .example("/meta/next_cursor");
    static final Option<String> NEXT_HEADER = Option.text("next-header")
            .doc("The header of the answer that has the cursor, instead of `next-at`.")
            .example("X-Next-Cursor");
    static final Option<String> PAGE_PARAMETER = Option.text("page-parameter")
            .doc(
                    "The query parameter for the page, offset or cursor. Without it, put `{page}`, `{offset}` or `{cursor}` where the "
                            + "server expects it.")
            .example("starting_after");
    static final Option<Long> FIRST_PAGE = Option.integer("first-page", 0, 1_000_000)
            .defaultValue(1L)
            .doc("The number of the first page.")
            .example("0");
    static final Option<Long> PAGE_SIZE = Option.integer("page-size", 1, 1_000_000)
            .doc(
                    "How many records a page is to have. A page with fewer of them is not taken for the last, since many servers give "
                            + "fewer at times; see `short-page-ends`.")
            .example("100");
    static final Option<String> PAGE_SIZE_PARAMETER = Option.text("page-size-parameter")
            .doc("The query parameter for the size of a page.")
            .example("per_page");
    static final Option<Boolean> SHORT_PAGE_ENDS = Option.bool("short-page-ends")
            .defaultValue(false)
            .doc(
                    "Whether a page with fewer records than `page-size` is the last, which saves a request. Otherwise the last page is "
                            + "one without records, or the one that `more-at` or `total-at` names.")
            .example("true");
    static final Option<String> MORE_AT = Option.text("more-at")
            .doc(
                    "Where the answer says whether there is another page: true or false, as a JSON Pointer. That there is one, where none is "
                            + "named, is an error, and the page is read again.")
            .example("/has_more");
    static final Option<String> TOTAL_AT = Option.text("total-at")
            .doc(
                    "Where the answer says how many records there are in all (`offset`), or pages (`page`). To find fewer is an error, "
                            + "and the page is read again; leave this option out where the number is an estimate.")
            .example("/total");
    static final Option<String> ERROR_AT = Option.text("error-at")
            .doc(
                    "Where an answer with status 200 says that it is an error, as a JSON Pointer, such as of GraphQL. "
                            + "When something stands there that is neither empty nor false, nothing of the answer is published, and it is asked for again.")
            .example("/errors/0/message");
    static final Option<Long> PAGES_MAX = Option.integer("pages-max", 1, 100_000_000)
            .defaultValue(1_000_000L)
            .doc("The most pages of one pass; more stop the source.")
            .example("1000");

    static final Option<String> CURSOR_FIELD = Option.text("cursor-field")
            .doc(
                    "The field that tells what is new, such as the time of the last change: a moment, or a number. Each pass asks from "
                            + "the greatest value on, by `{since}`, and passes over what it knows. Without it, each pass reads everything "
                            + "and publishes the pages that have changed.")
            .example("updated_at");
    static final Option<String> SINCE = Option.text("since")
            .doc("The value of `{since}` in the first pass.")
            .example("2026-01-01T00:00:00Z");
    static final Option<TimeFormat> SINCE_FORMAT = Option.choice("since-format", TimeFormat.class)
            .defaultValue(TimeFormat.ISO)
            .doc("How a moment is written for `{since}` and `{until}`.")
            .example("epoch-seconds");
    static final Option<Duration> OVERLAP = Option.duration("overlap", Duration.ZERO, YEAR)
            .defaultValue(Duration.ZERO)
            .doc(
                    "How far before the greatest value each pass begins, for servers that show a change later than its time says. What "
                            + "was published is passed over, up to " + Progress.SEEN_MAX + " records in that time.")
            .example("5m");
    static final Option<Duration> SLICE = Option.duration("slice", Duration.ofSeconds(1), YEAR)
            .doc("Asks for one time after another, each of this length, by `{since}` and `{until}`, up to now.")
            .example("1d");
    static final Option<Boolean> NEWEST_FIRST = Option.bool("newest-first")
            .defaultValue(false)
            .doc(
                    "Whether the server gives the newest records first: then a pass ends with the first page that has nothing new.")
            .example("true");
    static final Option<AtEnd> AT_END = Option.choice("at-end", AtEnd.class)
            .defaultValue(AtEnd.RESTART)
            .doc(
                    "Where the next pass begins: at the first page again, or (`keep`) at the last cursor, page or key, for a feed that "
                            + "only grows. Long polling is a feed with `poll-every: 1ms`.")
            .example("keep");
    static final Option<OnMissing> ON_MISSING = Option.choice("on-missing", OnMissing.class)
            .defaultValue(OnMissing.STOP)
            .doc(
                    "What to do when the server answers that there is nothing at the URL (404 or 410): stop, or take it for empty, such "
                            + "as for a parent that was deleted.")
            .example("skip");

    static final Option<String> PARENT = Option.text("parent")
            .doc("Another of `streams`: there is a request for each of its records, whose fields are `{parent.name}`.")
            .example("repositories");
    static final Option<Map<String, List<String>>> FOR_EACH = Option.map(
                    "for-each", Option.list("values", Option.text("value")))
            .defaultValue(Map.of())
            .doc("There is a request for each of these values, or for each combination of them.")
            .example("{region: [eu, us]}");

    static final Option<String> JOB_URL = Option.text("job-url")
            .doc(
                    "For an export that is prepared first: where it is ordered, by a POST. Then its state is asked for, and at last "
                            + "`url` is read, with `{job}` and `{result}`.")
            .example("https://api.example.com/exports");
    static final Option<String> JOB_BODY =
            Option.text("job-body").doc("The body of that order.").example("{\"since\": \"{since}\"}");
    static final Option<String> JOB_AT = Option.text("job-at")
            .defaultValue("/id")
            .doc("Where the answer to the order has the name of the export, which is `{job}`.")
            .example("/job/id");
    static final Option<String> JOB_STATUS_URL = Option.text("job-status-url")
            .doc("Where the state of the export is asked for.")
            .example("https://api.example.com/exports/{job}");
    static final Option<String> JOB_STATUS_AT = Option.text("job-status-at")
            .defaultValue("/status")
            .doc("Where the state stands in that answer.")
            .example("/state");
    static final Option<List<String>> JOB_DONE = Option.list("job-done", Option.text("status"))
            .defaultValue(List.of("done", "completed", "COMPLETED", "ready"))
            .doc("The states in which it can be read.")
            .example("[COMPLETED]");
    static final Option<List<String>> JOB_FAILED = Option.list("job-failed", Option.text("status"))
            .defaultValue(List.of("failed", "FAILED", "error", "cancelled"))
            .doc("The states in which it never will be: then it is ordered again.")
            .example("[FAILED, EXPIRED]");
    static final Option<String> JOB_RESULT_AT = Option.text("job-result-at")
            .doc("Where that answer has the address to read, which is `{result}`.")
            .example("/download_url");
    static final Option<Duration> JOB_POLL = Option.duration("job-poll", MOMENT, Duration.ofHours(1))
            .defaultValue(Duration.ofSeconds(5))
            .doc("How often the state is asked for.")
            .example("10s");

    /** What describes one stream. */
    private static final List<Option<?>> REQUEST = List.of(
            URL,
            METHOD,
            QUERY,
            HEADERS,
            BODY,
            BODY_TYPE,
            FORMAT,
            RECORDS,
            EXPAND,
            COLUMNS,
            ADD_FIELDS,
            RECORD_FIELD,
            ON_NEW_FIELD,
            KEY,
            DELIMITER,
            PAGINATE,
            NEXT_AT,
            NEXT_HEADER,
            PAGE_PARAMETER,
            FIRST_PAGE,
            PAGE_SIZE,
            PAGE_SIZE_PARAMETER,
            SHORT_PAGE_ENDS,
            MORE_AT,
            TOTAL_AT,
            ERROR_AT,
            PAGES_MAX,
            CURSOR_FIELD,
            SINCE,
            SINCE_FORMAT,
            OVERLAP,
            SLICE,
            NEWEST_FIRST,
            AT_END,
            ON_MISSING,
            PARENT,
            FOR_EACH,
            JOB_URL,
            JOB_BODY,
            JOB_AT,
            JOB_STATUS_URL,
            JOB_STATUS_AT,
            JOB_DONE,
            JOB_FAILED,
            JOB_RESULT_AT,
            JOB_POLL);

    static final Option<Map<String, Config>> STREAMS = Option.map(
                    "streams", Option.section("stream", ConfigSpec.of(REQUEST.toArray(Option<?>[]::new))))
            .defaultValue(Map.of())
            .doc(
                    "Several streams by name, each with a request of its own. What stands outside is the same for each that does not "
                            + "say otherwise.")
            .example("{repositories: {url: ...}, issues: {parent: repositories, url: ...}}");
    static final Option<Duration> POLL_EVERY = Option.duration("poll-every", MOMENT, Duration.ofDays(30))
            .defaultValue(Duration.ofMinutes(1))
            .doc("How long a source that runs continuously waits after a pass before the next.")
            .example("30s");
    static final Option<Duration> DISCOVER_EVERY = Option.duration(
                    "discover-every", Duration.ofSeconds(1), Duration.ofDays(30))
            .defaultValue(Duration.ofMinutes(10))
            .doc("How often a source that runs continuously looks for new parents.")
            .example("1h");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    Stream.of(REQUEST, List.<Option<?>>of(STREAMS, POLL_EVERY, DISCOVER_EVERY), ConnectionOptions.ALL)
                            .flatMap(List::stream)
                            .toArray(Option<?>[]::new))
            .rule(ConnectionOptions::problems)
            .rule(SourceOptions::problems);

    private SourceOptions() {}

    private static List<Problem> problems(Config config) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Config> streams = config.get(STREAMS);
        if (streams.isEmpty()) {
            check(
                    new StreamSettings("", config, config),
                    List.of(),
                    (option, text) -> problems.add(Problem.at(option, text)));
        }
        List<String> names = List.copyOf(streams.keySet());
        streams.forEach((name, own) -> check(
                new StreamSettings(name, own, config),
                names,
                (option, text) -> problems.add(Problem.at(STREAMS, "'" + name + "." + option.name() + "': " + text))));
        return problems;
    }

    private static void check(StreamSettings stream, List<String> streams, BiConsumer<Option<?>, String> problem) {
        if (stream.find(URL).isEmpty()) {
            problem.accept(URL, "is required; say what to ask for");
        }
        checkPages(stream, problem);
        checkTimes(stream, problem);
        checkParent(stream, streams, problem);
        if (stream.find(JOB_URL).isPresent() && stream.find(JOB_STATUS_URL).isEmpty()) {
            problem.accept(JOB_URL, "needs 'job-status-url' beside it");
        }
        if (stream.find(JOB_URL).isPresent() && stream.get(COLUMNS).isEmpty()) {
            problem.accept(JOB_URL, "needs 'columns' beside it: an export is not ordered to look at its fields");
        }
        for (Option<String> place : places(stream)) {
            JsonPlace.problem(stream.find(place)).ifPresent(text -> problem.accept(place, text));
        }
        boolean resumes = stream.get(PAGINATE) != Paginate.PAGE && stream.get(PAGINATE) != Paginate.NONE;
        if (stream.get(AT_END) == AtEnd.KEEP && !resumes) {
            problem.accept(AT_END, "'keep' needs pages by cursor, keyset, offset, link or next-url");
        }
    }

    /** What must be a JSON Pointer; of JSON, where no other thing could be meant, it may lack its slash for the pages. */
    private static List<Option<String>> places(StreamSettings stream) {
        List<Option<String>> places = new ArrayList<>(List.of(JOB_AT, JOB_STATUS_AT, JOB_RESULT_AT));
        if (stream.get(FORMAT) == Format.XML) {
            places.addAll(List.of(RECORDS, MORE_AT, TOTAL_AT, ERROR_AT));
        }
        return places;
    }

    private static void checkPages(StreamSettings stream, BiConsumer<Option<?>, String> problem) {
        Paginate paginate = stream.get(PAGINATE);
        boolean needsNext = paginate == Paginate.NEXT_URL || paginate == Paginate.KEYSET;
        boolean hasHeader =
                paginate == Paginate.CURSOR && stream.find(NEXT_HEADER).isPresent();
        if ((needsNext || paginate == Paginate.CURSOR)
                && !hasHeader
                && stream.find(NEXT_AT).isEmpty()) {
            problem.accept(PAGINATE, "needs 'next-at' beside it: where the answer names the next page");
        }
        if (stream.get(FORMAT) == Format.CSV) {
            Stream.of(NEXT_AT, MORE_AT, TOTAL_AT, ERROR_AT)
                    .filter(option -> stream.find(option).isPresent())
                    .filter(option -> option != NEXT_AT || paginate != Paginate.KEYSET)
                    .forEach(option -> problem.accept(
                            option, "has no place in CSV, which has nothing beside its records; leave it out"));
        }
        Pagination.variable(paginate).ifPresent(name -> {
            if (stream.find(PAGE_PARAMETER).isEmpty() && !stream.uses(name)) {
                problem.accept(
                        PAGINATE,
                        "needs 'page-parameter' beside it, or {" + name + "} in the URL, the query or the body");
            }
        });
    }

    private static void checkTimes(StreamSettings stream, BiConsumer<Option<?>, String> problem) {
        if (stream.find(SLICE).isPresent()) {
            if (stream.find(SINCE).isEmpty()) {
                problem.accept(SLICE, "needs 'since' beside it: where the first time begins");
            } else if (Moments.parse(stream.get(SINCE)).isEmpty()) {
                problem.accept(SINCE, "must be a moment such as 2026-01-01T00:00:00Z when 'slice' is set");
            }
            if (!stream.uses("since") || !stream.uses("until")) {
                problem.accept(SLICE, "needs {since} and {until} in the URL, the query or the body");
            }
        }
        if (stream.uses("since")
                && stream.find(SLICE).isEmpty()
                && stream.find(CURSOR_FIELD).isEmpty()
                && stream.find(SINCE).isEmpty()) {
            problem.accept(CURSOR_FIELD, "is needed, as {since} is used: the field whose greatest value it is");
        }
    }

    private static void checkParent(
            StreamSettings stream, List<String> streams, BiConsumer<Option<?>, String> problem) {
        stream.find(PARENT).ifPresent(parent -> {
            if (!streams.contains(parent) || parent.equals(stream.name())) {
                problem.accept(
                        PARENT,
                        "'" + parent + "' is not another of 'streams', which has " + String.join(", ", streams));
            }
        });
        for (Template template : stream.templates()) {
            for (String name : template.names()) {
                if (!stream.knows(name)) {
                    problem.accept(
                            URL,
                            "{" + name + "} stands for nothing; the names are " + String.join(", ", stream.known())
                                    + (name.startsWith("parent.") ? "; set 'parent'" : ""));
                }
            }
        }
    }
}
