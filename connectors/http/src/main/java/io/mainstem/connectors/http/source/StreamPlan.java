package io.mainstem.connectors.http.source;

import io.mainstem.api.Field;
import io.mainstem.api.Plan;
import io.mainstem.api.StreamSchema;
import io.mainstem.connectors.http.client.HttpRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells which requests a stream will be read by. */
final class StreamPlan {

    private final StreamSettings settings;
    private final PageRequests requests;
    private final Progress progress = new Progress();
    private final Plan.Builder plan = Plan.builder();

    private StreamPlan(StreamSettings settings, Partition partition, Instant now) {
        this.settings = settings;
        this.requests = new PageRequests(settings, partition, new Pagination(settings));
        Optional<String> from = settings.find(SourceOptions.SINCE);
        progress.begin(from, new PassTimes(settings, now).until(from), false);
    }

    /** The plan of a stream, whose first partition stands for all. */
    static Plan of(StreamSettings settings, StreamSchema stream, List<Partition> partitions, Instant now) {
        if (partitions.isEmpty()) {
            return Plan.builder()
                    .warning(
                            "the stream '" + settings.find(SourceOptions.PARENT).orElse("")
                                    + "' has no records, so there is " + "nothing to ask for now")
                    .build();
        }
        StreamPlan planned = new StreamPlan(settings, partitions.get(0), now);
        planned.requests(partitions.size());
        planned.columns(stream);
        return planned.plan.build();
    }

    private void requests(int partitions) {
        String many = partitions == 1 ? "" : " of the first of " + partitions + " parts";
        boolean isExport = settings.find(SourceOptions.JOB_URL).isPresent();
        if (isExport) {
            HttpRequest order = requests.job(progress);
            plan.target("the export " + order, Plan.Change.NONE);
            plan.request("order the export" + many, order.text());
            progress.job = Optional.of("{job}");
            plan.request(
                    "ask for its state" + many, requests.jobStatus(progress).text());
            progress.result = Optional.of("{result}");
        } else {
            plan.target(requests.page(progress).toString(), Plan.Change.NONE);
        }
        if (settings.get(SourceOptions.FORMAT) == SourceOptions.Format.EVENTS) {
            plan.request(
                    "listen to the events" + many,
                    requests.page(progress)
                            .header("Accept", "text/event-stream")
                            .text());
            return;
        }
        plan.request(
                isExport ? "read the result" + many : "read the first page" + many,
                requests.page(progress).text());
        next().ifPresent(how -> plan.request("read each next page", how));
    }

    private Optional<String> next() {
        String nextAt = settings.find(SourceOptions.NEXT_AT).orElse("");
        return switch (settings.get(SourceOptions.PAGINATE)) {
            case NONE -> Optional.empty();
            case LINK -> Optional.of("the URL of the header Link with rel=next");
            case NEXT_URL -> Optional.of("the URL at " + nextAt + " of the answer");
            case CURSOR ->
                Optional.of("the same with the cursor at "
                        + settings.find(SourceOptions.NEXT_HEADER)
                                .map(header -> "the header " + header)
                                .orElse(nextAt + " of the answer"));
            case KEYSET -> Optional.of("the same with the field " + nextAt + " of the last record");
            case PAGE -> Optional.of(page(Map.of("page", settings.get(SourceOptions.FIRST_PAGE) + 1)));
            case OFFSET ->
                settings.find(SourceOptions.PAGE_SIZE)
                        .map(size -> page(Map.of("offset", size)))
                        .or(() -> Optional.of("the same with the number of records so far"));
        };
    }

    private String page(Map<String, Object> state) {
        Progress next = new Progress();
        next.begin(progress.since, progress.until, false);
        next.nextPage(state);
        return requests.page(next).text();
    }

    private void columns(StreamSchema stream) {
        Map<String, Column> declared = settings.get(SourceOptions.COLUMNS);
        Map<String, String> added = settings.get(SourceOptions.ADD_FIELDS);
        Optional<String> whole = settings.find(SourceOptions.RECORD_FIELD);
        for (Field field : stream.schema().fields()) {
            String name = field.name();
            @Nullable Column column = declared.get(name);
            if (added.containsKey(name)) {
                plan.column(name, added.get(name), "added", Plan.Change.NONE);
            } else if (whole.isPresent() && whole.get().equals(name)) {
                plan.column(name, "the whole record", "added", Plan.Change.NONE);
            } else {
                String at = column == null ? "/" + name : column.pointer(name).toString();
                plan.column(name, at, column == null ? "found out" : "declared", Plan.Change.NONE);
            }
        }
    }
}
