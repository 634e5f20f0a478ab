package io.mainstem.runtime.codec;

import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.log.Headers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers of records: the operation and the time of a message, then its own. Messages that have none of their own
 * share one instance for each operation. One thread at a time: it remembers what the last record's headers meant.
 */
final class MessageHeaders {

    static final String OPERATION = "mainstem.op";
    static final String TIME = "mainstem.time";

    private static final Map<Operation, Headers> SHARED = shared();

    private Headers last = Headers.EMPTY;
    private @Nullable Operation operation;
    private @Nullable Instant time;
    private List<Header> own = List.of();

    private static Map<Operation, Headers> shared() {
        Map<Operation, Headers> shared = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            shared.put(operation, Headers.of(OPERATION, name(operation).getBytes(StandardCharsets.UTF_8)));
        }
        shared.put(Operation.CREATE, Headers.EMPTY);
        return shared;
    }

    private static String name(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }

    static Headers of(Message message) {
        Headers headers = SHARED.getOrDefault(message.operation(), Headers.EMPTY);
        Optional<Instant> timestamp = message.timestamp();
        if (timestamp.isEmpty() && message.headers().isEmpty()) {
            return headers;
        }
        List<Headers.Header> all = new ArrayList<>(headers.list());
        timestamp.ifPresent(at -> all.add(new Headers.Header(TIME, at.toString().getBytes(StandardCharsets.UTF_8))));
        for (Header header : message.headers()) {
            if (!isReserved(header.name())) {
                all.add(new Headers.Header(header.name(), header.value()));
            }
        }
        return Headers.of(all);
    }

    private static boolean isReserved(String name) {
        return name.equals(OPERATION) || name.equals(TIME);
    }

    /** Looks at the headers of the next record. */
    @SuppressWarnings("ReferenceEquality") // the same instance needs no comparison
    void read(Headers headers) {
        if (headers == last || headers.equals(last)) {
            return;
        }
        last = Headers.EMPTY;
        operation = headers.last(OPERATION).map(MessageHeaders::operation).orElse(null);
        time = headers.last(TIME).map(MessageHeaders::time).orElse(null);
        own = own(headers);
        last = headers;
    }

    private static List<Header> own(Headers headers) {
        List<Header> list = new ArrayList<>();
        for (Headers.Header header : headers.list()) {
            if (!isReserved(header.name())) {
                list.add(new Header(header.name(), header.value()));
            }
        }
        return List.copyOf(list);
    }

    private static Operation operation(byte[] value) {
        String name = new String(value, StandardCharsets.UTF_8);
        try {
            return Operation.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UndecodableException(
                    "the header " + OPERATION + " has '" + name + "', which is no operation, at its byte 0", e);
        }
    }

    private static Instant time(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new UndecodableException(
                    "the header " + TIME + " has '" + text + "', which is no time in ISO-8601, at its byte 0", e);
        }
    }

    /** The operation of the record whose headers were read. */
    Operation operation(boolean hasValue) {
        Operation named = operation;
        if (!hasValue) {
            return Operation.DELETE;
        }
        if (named == Operation.DELETE) {
            throw new UndecodableException("the header " + OPERATION + " says delete, but the record has a value");
        }
        return named == null ? Operation.CREATE : named;
    }

    /** The time in the headers that were read, or the other. */
    Instant timeOr(Instant appended) {
        Instant named = time;
        return named == null ? appended : named;
    }

    /** The message's own headers among those that were read. */
    List<Header> own() {
        return own;
    }
}
