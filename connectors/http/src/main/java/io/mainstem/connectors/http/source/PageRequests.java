package io.mainstem.connectors.http.source;

import io.mainstem.api.Option;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.HttpRequest;
import io.mainstem.connectors.http.client.Template;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the requests of one partition of a stream. Immutable. */
final class PageRequests {

    private final StreamSettings settings;
    private final Partition partition;
    private final Pagination pagination;

    PageRequests(StreamSettings settings, Partition partition, Pagination pagination) {
        this.settings = settings;
        this.partition = partition;
        this.pagination = pagination;
    }

    /** The request for the page that comes next. */
    HttpRequest page(Progress progress) {
        String url = url(progress);
        HttpRequest request = HttpRequest.of(settings.get(SourceOptions.METHOD), url);
        if (isElsewhere(url, progress)) {
            request = request.anonymous();
        }
        for (Map.Entry<String, String> header :
                settings.get(SourceOptions.HEADERS).entrySet()) {
            Optional<String> value = optional(header.getValue(), progress);
            if (value.isPresent()) {
                request = request.header(header.getKey(), value.get());
            }
        }
        Optional<String> body = settings.find(SourceOptions.BODY).map(text -> body(text, progress));
        return body.isPresent()
                ? request.body(body.get().getBytes(StandardCharsets.UTF_8), settings.get(SourceOptions.BODY_TYPE))
                : request;
    }

    /** The result of an export may be in a store of its own, which needs no credentials and must not see any. */
    private boolean isElsewhere(String url, Progress progress) {
        return settings.get(SourceOptions.URL).startsWith("{result}")
                && !origin(url).equals(origin(plain(SourceOptions.JOB_URL, progress)));
    }

    /** The order of an export. */
    HttpRequest job(Progress progress) {
        HttpRequest request = HttpRequest.of("POST", plain(SourceOptions.JOB_URL, progress));
        Optional<String> body =
                settings.find(SourceOptions.JOB_BODY).map(text -> json(text, progress, SourceOptions.JOB_BODY));
        return body.isPresent()
                ? request.body(body.get().getBytes(StandardCharsets.UTF_8), "application/json")
                : request;
    }

    /** The question for its state. */
    HttpRequest jobStatus(Progress progress) {
        return HttpRequest.of("GET", plain(SourceOptions.JOB_STATUS_URL, progress));
    }

    private String plain(Option<String> option, Progress progress) {
        return render(settings.get(option), progress, Template.Escape.URL, option);
    }

    private String url(Progress progress) {
        String first = plain(SourceOptions.URL, progress);
        Optional<String> given = pagination.url(progress.page);
        if (given.isPresent()) {
            return checked(first, given.get());
        }
        StringBuilder url = new StringBuilder(first);
        query(progress)
                .forEach((name, value) -> url.append(url.indexOf("?") < 0 ? '?' : '&')
                        .append(encoded(name))
                        .append('=')
                        .append(encoded(value)));
        return url.toString();
    }

    private Map<String, String> query(Progress progress) {
        Map<String, String> query = new LinkedHashMap<>();
        settings.get(SourceOptions.QUERY)
                .forEach((name, text) -> optional(text, progress).ifPresent(value -> query.put(name, value)));
        settings.find(SourceOptions.PAGE_SIZE_PARAMETER)
                .ifPresent(name ->
                        settings.find(SourceOptions.PAGE_SIZE).ifPresent(size -> query.put(name, size.toString())));
        settings.find(SourceOptions.PAGE_PARAMETER)
                .ifPresent(name -> pagination.value(progress.page).ifPresent(value -> query.put(name, value)));
        return query;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Credentials go where the configuration says, not where an answer says. */
    private static String checked(String first, String given) {
        if (!origin(first).equals(origin(given))) {
            throw new StopException(
                    "http.next-host",
                    "the next page is at " + origin(given) + ", the first was at " + origin(first),
                    "Set 'url' to the host that the server names, if you trust it.");
        }
        return given;
    }

    private static String origin(String url) {
        try {
            URI uri = new URI(url);
            @Nullable String scheme = uri.getScheme();
            int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(scheme) ? 443 : 80;
            return scheme + "://"
                    + Objects.requireNonNullElse(uri.getHost(), "").toLowerCase(java.util.Locale.ROOT) + ":" + port;
        } catch (URISyntaxException e) {
            int path = url.indexOf('/', url.indexOf("//") + 2);
            int query = url.indexOf('?');
            int end = path < 0 ? query : path;
            String beginning = end < 0 ? url : url.substring(0, end);
            if (beginning.equals(url)) {
                return "an address that is none";
            }
            return origin(beginning);
        }
    }

    /** The fields that each record gets. */
    Map<String, String> addedFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        settings.get(SourceOptions.ADD_FIELDS)
                .forEach((name, text) ->
                        fields.put(name, render(text, new Progress(), Template.Escape.NONE, SourceOptions.ADD_FIELDS)));
        return fields;
    }

    private Optional<String> optional(String text, Progress progress) {
        Template template = Template.parse(text);
        boolean known =
                template.names().stream().allMatch(name -> value(name, progress).isPresent());
        return known
                ? Optional.of(template.render(name -> value(name, progress), Template.Escape.NONE))
                : Optional.empty();
    }

    /** A body, with values as its type wants them. */
    private String body(String text, Progress progress) {
        String type = settings.get(SourceOptions.BODY_TYPE);
        if (type.contains("json")) {
            return json(text, progress, SourceOptions.BODY);
        }
        Template.Escape escape = type.contains("form-urlencoded")
                ? Template.Escape.FORM
                : type.contains("xml") ? Template.Escape.XML : Template.Escape.NONE;
        return Template.parse(text).render(name -> value(name, progress).or(() -> Optional.of("")), escape);
    }

    /** In a body, a text that is nothing but a value that is not known, such as the cursor of the first page, is null. */
    private String json(String text, Progress progress, Option<?> option) {
        String known = text;
        for (String name : Template.parse(text).names()) {
            if (value(name, progress).isEmpty()) {
                known = known.replace("\"{" + name + "}\"", "null");
            }
        }
        return render(known, progress, Template.Escape.JSON, option);
    }

    private String render(String text, Progress progress, Template.Escape escape, Option<?> option) {
        try {
            return Template.parse(text).render(name -> value(name, progress), escape);
        } catch (IllegalArgumentException e) {
            throw new StopException(
                    "http.template",
                    "'" + option.name() + "' of the stream '" + settings.name() + "': " + e.getMessage(),
                    "Give it a value, such as by the option 'since', or use it in 'query', where it is left out.",
                    e);
        }
    }

    private Optional<String> value(String name, Progress progress) {
        return switch (name) {
            case "since" -> progress.since.map(this::time);
            case "until" -> progress.until.map(this::time);
            case "page", "offset", "cursor" -> pagination.value(progress.page);
            case "page-size" -> settings.find(SourceOptions.PAGE_SIZE).map(Object::toString);
            case "job" -> progress.job;
            case "result" -> progress.result;
            default -> Optional.ofNullable(partition.values().get(name));
        };
    }

    /** A moment as the server wants it; what is none stays as it is, and so does a moment that the server wrote itself. */
    private String time(String value) {
        SourceOptions.TimeFormat format = settings.get(SourceOptions.SINCE_FORMAT);
        if (format == SourceOptions.TimeFormat.ISO) {
            return value;
        }
        Optional<Instant> moment = Moments.parse(value);
        return moment.map(time -> Moments.format(time, format)).orElse(value);
    }
}
