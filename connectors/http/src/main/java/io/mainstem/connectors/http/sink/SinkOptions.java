package io.mainstem.connectors.http.sink;

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
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The options of the sink: those of its connection, and those of its requests. */
final class SinkOptions {

    /** How records stand in a body. */
    enum Body {
        JSON,
        JSON_ARRAY,
        JSON_LINES,
        FORM,
        MULTIPART
    }

    private static final long MIB = 1024 * 1024;

    static final Option<String> URL = Option.text("url")
            .required()
            .doc(
                    "Where records are sent. A name in braces stands for a value of the record: `{id}` for its field, `{key.id}` for one "
                            + "of its key, `{key}` for a key that is one value, `{topic}`, `{partition}`, `{offset}`. With bodies of many "
                            + "records, only `{topic}` and `{partition}`.")
            .example("https://api.example.com/orders/{id}");
    static final Option<String> METHOD = Option.text("method")
            .defaultValue("POST")
            .doc("The verb of the request.")
            .example("PUT");
    static final Option<String> UPDATE_URL = Option.text("update-url")
            .doc("Where records that change something are sent, if not to `url`.")
            .example("https://api.example.com/orders/{id}");
    static final Option<String> UPDATE_METHOD = Option.text("update-method")
            .doc("The verb for those, if not `method`.")
            .example("PATCH");
    static final Option<String> DELETE_URL = Option.text("delete-url")
            .doc("Where deletions are sent, with names of the key's fields. Without it, a deletion stops the sink.")
            .example("https://api.example.com/orders/{key.id}");
    static final Option<String> DELETE_METHOD = Option.text("delete-method")
            .defaultValue("DELETE")
            .doc("The verb for deletions.")
            .example("POST");
    static final Option<Map<String, String>> HEADERS = Option.map("headers", Option.text("value"))
            .defaultValue(Map.of())
            .doc("Headers, with names in braces as in the URL.")
            .example("{X-Source: mainstem}");
    static final Option<Body> BODY_FORMAT = Option.choice("body-format", Body.class)
            .defaultValue(Body.JSON)
            .doc(
                    "How a body looks: one record as JSON, as a form or as multipart, or many records as an array or as lines of JSON.")
            .example("json-array");
    static final Option<String> BODY = Option.text("body")
            .doc("A body of your own for one record, as JSON with names in braces; `{record}` is the whole record.")
            .example("{\"text\": \"order {id} is {status}\"}");
    static final Option<String> WRAP = Option.text("wrap")
            .doc("The name of a field of an object that the array of records becomes.")
            .example("records");
    static final Option<Long> BATCH_RECORDS = Option.integer("batch-records", 1, 100_000)
            .defaultValue(500L)
            .doc("The most records of one body of many.")
            .example("100");
    static final Option<Long> BATCH_BYTES = Option.size("batch-bytes", 1, 1024 * MIB)
            .defaultValue(MIB)
            .doc("The most bytes of one body of many; a record that is larger goes alone.")
            .example("5MiB");
    static final Option<String> IDEMPOTENCY_HEADER = Option.text("idempotency-header")
            .defaultValue("Idempotency-Key")
            .doc(
                    "The header that names a request by topic, partition and offset of its records, the same at each attempt; the empty "
                            + "text leaves it out.")
            .example("Idempotency-Key");
    static final Option<Boolean> IDEMPOTENT = Option.bool("idempotent")
            .defaultValue(false)
            .doc("Whether the server leaves everything as it was when a record is sent again, such as with PUT.")
            .example("true");
    static final Option<List<Long>> BAD_STATUS = Option.list("bad-record-status", Option.integer("status", 400, 499))
            .defaultValue(List.of(400L, 409L, 413L, 415L, 422L))
            .doc(
                    "The statuses that say that the record is bad, not the request: it goes to the dead letters, or stops the sink, as "
                            + "`on-failure` says. In a body of many it is found by halves. Any other status from 400 stops the sink.")
            .example("[400, 422]");
    static final Option<String> RESULTS_AT = Option.text("results-at")
            .doc(
                    "Where the answer has a result for each record of the body, in their order, as a JSON Pointer; the empty text is the "
                            + "whole answer. Those with a status of 408, 425, 429 or 5xx are sent again, the others that were refused are bad "
                            + "records, the rest is not sent again.")
            .example("/items");
    static final Option<String> RESULT_STATUS_AT = Option.text("result-status-at")
            .defaultValue("/status")
            .doc("Where such a result has a status of HTTP, or another value: see `result-good`.")
            .example("/error/code");
    static final Option<List<String>> RESULT_GOOD = Option.list("result-good", Option.text("value"))
            .defaultValue(List.of("200", "201", "202", "204", "ok", "success", ""))
            .doc("The values that mean that a record was taken; the empty text stands for none there.")
            .example("[created, updated]");
    static final Option<String> RESPONSES = Option.parsed("responses", SinkOptions::topic)
            .doc(
                    "A topic for what the server answers: status, headers and the first 64 KiB of the body, beside the topic, partition "
                            + "and offset of what was sent. Each answer is there at least once.")
            .example("orders.responses");
    static final Option<Long> CONCURRENCY = Option.integer("concurrency", 1, 64)
            .defaultValue(4L)
            .doc(
                    "How many requests may be under way. Those with the same key, or of the same partition with bodies of many, wait for "
                            + "one another. It is lowered while the server is slow to answer or asks for less.")
            .example("1");
    static final Option<Duration> PAUSE_MAX = Option.duration("pause-max", Duration.ofMillis(1), Duration.ofDays(1))
            .defaultValue(Duration.ofMinutes(5))
            .doc(
                    "How long a partition is paused and tried again while the server does not answer, before the sink fails and "
                            + "`on-failure` decides.")
            .example("1h");

    static final ConfigSpec SPEC = ConfigSpec.of(Stream.concat(
                            Stream.<Option<?>>of(
                                    URL,
                                    METHOD,
                                    UPDATE_URL,
                                    UPDATE_METHOD,
                                    DELETE_URL,
                                    DELETE_METHOD,
                                    HEADERS,
                                    BODY_FORMAT,
                                    BODY,
                                    WRAP,
                                    BATCH_RECORDS,
                                    BATCH_BYTES,
                                    IDEMPOTENCY_HEADER,
                                    IDEMPOTENT,
                                    BAD_STATUS,
                                    RESULTS_AT,
                                    RESULT_STATUS_AT,
                                    RESULT_GOOD,
                                    RESPONSES,
                                    CONCURRENCY,
                                    PAUSE_MAX),
                            ConnectionOptions.ALL.stream())
                    .toArray(Option<?>[]::new))
            .rule(ConnectionOptions::problems)
            .rule(SinkOptions::problems);

    private SinkOptions() {}

    private static String topic(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,249}") || name.startsWith("__") || name.matches("\\.{1,2}")) {
            throw new IllegalArgumentException(
                    "must be the name of a topic: 1 to 249 letters, digits, dots, underscores and hyphens, not '" + name
                            + "'");
        }
        return name;
    }

    /** Whether a body has many records. */
    static boolean isMany(Config config) {
        Body body = config.get(BODY_FORMAT);
        return body == Body.JSON_ARRAY || body == Body.JSON_LINES;
    }

    private static List<Problem> problems(Config config) {
        List<Problem> problems = new ArrayList<>();
        if (isMany(config)) {
            for (String name : Template.parse(config.get(URL)).names()) {
                if (!name.equals("topic") && !name.equals("partition")) {
                    problems.add(Problem.at(
                            URL,
                            "has {" + name + "}, but with 'body-format: "
                                    + config.get(BODY_FORMAT)
                                            .name()
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', '-')
                                    + "' a request has many records; use json, form or multipart"));
                }
            }
            if (config.isSet(BODY)) {
                problems.add(Problem.at(BODY, "is for bodies of one record; leave it out, or set 'body-format: json'"));
            }
        }
        for (Option<String> place : List.of(RESULTS_AT, RESULT_STATUS_AT)) {
            JsonPlace.problem(config.find(place)).ifPresent(text -> problems.add(Problem.at(place, text)));
        }
        if (config.isSet(WRAP) && config.get(BODY_FORMAT) != Body.JSON_ARRAY) {
            problems.add(Problem.at(WRAP, "needs 'body-format: json-array'"));
        }
        return problems;
    }
}
