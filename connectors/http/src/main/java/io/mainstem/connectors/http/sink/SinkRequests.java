package io.mainstem.connectors.http.sink;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Option;
import io.mainstem.api.Plan;
import io.mainstem.api.StreamSchema;
import io.mainstem.connectors.http.client.HttpRequest;
import io.mainstem.connectors.http.client.Template;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells what a record of a topic becomes, with the names of values in braces where the values will be. */
final class SinkRequests {

    private static final Set<String> ALWAYS = Set.of("topic", "partition", "offset", "record");

    private final Config config;
    private final StreamSchema stream;

    private SinkRequests(Config config, StreamSchema stream) {
        this.config = config;
        this.stream = stream;
    }

    static Plan plan(Config config, StreamSchema stream) {
        return new SinkRequests(config, stream).plan();
    }

    private Plan plan() {
        Plan.Builder plan = Plan.builder();
        HttpRequest create = request(config.get(SinkOptions.METHOD), config.get(SinkOptions.URL), true);
        plan.target(create.toString(), Plan.Change.NONE);
        boolean many = SinkOptions.isMany(config);
        String kept = config.find(SinkOptions.RESPONSES)
                .map(topic -> ", and keep the answer in topic " + topic)
                .orElse("");
        plan.request(
                (many ? "send up to " + config.get(SinkOptions.BATCH_RECORDS) + " records" : "send a record") + kept,
                create.text());
        if (!many && (config.isSet(SinkOptions.UPDATE_URL) || config.isSet(SinkOptions.UPDATE_METHOD))) {
            plan.request(
                    "send a change",
                    request(
                                    config.find(SinkOptions.UPDATE_METHOD).orElse(config.get(SinkOptions.METHOD)),
                                    config.find(SinkOptions.UPDATE_URL).orElse(config.get(SinkOptions.URL)),
                                    true)
                            .text());
        }
        config.find(SinkOptions.DELETE_URL)
                .ifPresent(url -> plan.request(
                        "send a deletion",
                        request(config.get(SinkOptions.DELETE_METHOD), url, false)
                                .text()));
        for (Field field : stream.schema().fields()) {
            plan.column(field.name(), field.name(), "in the record", Plan.Change.NONE);
        }
        missing()
                .forEach((option, names) -> plan.warning("'" + option + "' has " + names
                        + ", and records of this topic have no such field: they will be bad records"));
        return plan.build();
    }

    private HttpRequest request(String method, String url, boolean hasBody) {
        HttpRequest request = HttpRequest.of(method, url).keepingMethod();
        String idempotency = config.get(SinkOptions.IDEMPOTENCY_HEADER);
        if (!idempotency.isEmpty()) {
            request = request.header(idempotency, stream.name() + "-{topic-id}-{partition}-{offset}");
        }
        for (Map.Entry<String, String> header : config.get(SinkOptions.HEADERS).entrySet()) {
            request = request.header(header.getKey(), header.getValue());
        }
        return hasBody ? request.body(body().getBytes(StandardCharsets.UTF_8), type()) : request;
    }

    private String type() {
        return switch (config.get(SinkOptions.BODY_FORMAT)) {
            case JSON, JSON_ARRAY -> "application/json";
            case JSON_LINES -> "application/x-ndjson";
            case FORM -> "application/x-www-form-urlencoded";
            case MULTIPART -> "multipart/form-data";
        };
    }

    private String body() {
        Optional<String> own = config.find(SinkOptions.BODY);
        if (own.isPresent()) {
            return own.get().replace("{record}", record());
        }
        return switch (config.get(SinkOptions.BODY_FORMAT)) {
            case JSON -> record();
            case JSON_LINES -> record() + "\n...";
            case JSON_ARRAY -> {
                String array = "[" + record() + ",...]";
                yield config.find(SinkOptions.WRAP)
                        .map(name -> "{\"" + name + "\":" + array + "}")
                        .orElse(array);
            }
            case FORM -> fields("=", "&");
            case MULTIPART -> fields(": ", "\n");
        };
    }

    private String record() {
        return stream.schema().fields().stream()
                .map(field -> "\"" + field.name() + "\":{" + field.name() + "}")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private String fields(String between, String behind) {
        return stream.schema().fields().stream()
                .map(field -> field.name() + between + "{" + field.name() + "}")
                .collect(Collectors.joining(behind));
    }

    /** The names in braces that no field has, by option. */
    private Map<String, String> missing() {
        Map<String, String> missing = new LinkedHashMap<>();
        for (Option<String> option : java.util.List.of(SinkOptions.URL, SinkOptions.UPDATE_URL, SinkOptions.BODY)) {
            Set<String> names = new LinkedHashSet<>();
            config.find(option)
                    .ifPresent(text -> Template.parse(text).names().stream()
                            .filter(name -> !isKnown(name))
                            .forEach(name -> names.add("{" + name + "}")));
            if (!names.isEmpty()) {
                missing.put(option.name(), String.join(", ", names));
            }
        }
        return missing;
    }

    private boolean isKnown(String name) {
        String field = name.startsWith("value.") ? name.substring("value.".length()) : name;
        return ALWAYS.contains(name)
                || name.equals("key")
                || name.startsWith("key.")
                || stream.schema().indexOf(field) >= 0;
    }
}
