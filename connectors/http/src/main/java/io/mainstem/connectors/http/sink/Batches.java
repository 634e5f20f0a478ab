package io.mainstem.connectors.http.sink;

import io.mainstem.api.Config;
import io.mainstem.api.Message;
import io.mainstem.api.RecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Gathers records for bodies of many, within the limits. One thread. */
final class Batches {

    private final RequestMaker maker;
    private final long recordsMax;
    private final long bytesMax;
    private List<Message> messages = new ArrayList<>();
    private List<String> records = new ArrayList<>();
    private long bytes;

    Batches(Config config, RequestMaker maker) {
        this.maker = maker;
        this.recordsMax = config.get(SinkOptions.BATCH_RECORDS);
        this.bytesMax = config.get(SinkOptions.BATCH_BYTES);
    }

    /** Takes one record more; a body that is full becomes a request first. */
    void add(Message message, List<Outgoing> requests) {
        String record = RecordJson.of(message.value());
        int size = record.getBytes(StandardCharsets.UTF_8).length + 1;
        if (!messages.isEmpty() && (messages.size() >= recordsMax || bytes + size > bytesMax)) {
            end(requests);
        }
        messages.add(message);
        records.add(record);
        bytes += size;
    }

    /** What was gathered becomes a request. */
    void end(List<Outgoing> requests) {
        if (messages.isEmpty()) {
            return;
        }
        try {
            requests.add(maker.many(messages, records, 1));
        } catch (RecordException e) {
            // A URL of many has nothing of a record in it: the configuration is checked for that.
            throw new IllegalStateException(e);
        }
        messages = new ArrayList<>();
        records = new ArrayList<>();
        bytes = 0;
    }
}
