package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Option;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.BodyTooLargeException;
import io.mainstem.connectors.http.client.HttpReply;
import io.mainstem.connectors.http.client.JsonProblem;
import io.mainstem.connectors.http.client.TimeoutProblem;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** An answer with records, while it is read. One thread. */
final class OpenPage implements Closeable {

    private static final int LOOK = 512;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final HttpReply reply;
    private final StreamSettings settings;
    private final Pagination pagination;
    private final RecordReader records;
    private final Optional<JsonPointer> keyset;
    private Optional<String> last = Optional.empty();
    private long count;

    OpenPage(HttpReply reply, StreamSettings settings, Pagination pagination) {
        this.reply = reply;
        this.settings = settings;
        this.pagination = pagination;
        this.keyset = pagination.keysetField().map(OpenPage::pointer);
        try {
            this.records = reader(unpacked());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** A field by name or by JSON Pointer. */
    static JsonPointer pointer(String field) {
        return field.startsWith("/")
                ? JsonPointer.compile(field)
                : JsonPointer.empty().appendProperty(field);
    }

    private InputStream unpacked() throws IOException {
        PushbackInputStream in = new PushbackInputStream(reply.body(), LOOK);
        byte[] beginning = in.readNBytes(2);
        in.unread(beginning);
        if (beginning.length == 2 && (beginning[0] & 0xff) == GZIP_FIRST && (beginning[1] & 0xff) == GZIP_SECOND) {
            return noHtml(new PushbackInputStream(reply.limited(new GZIPInputStream(in, 1 << 16)), LOOK));
        }
        return noHtml(in);
    }

    /** A page for people, such as of a login or of a gateway, is no answer, whatever its status says. */
    private InputStream noHtml(PushbackInputStream in) throws IOException {
        byte[] beginning = in.readNBytes(LOOK);
        in.unread(beginning);
        String text = new String(beginning, StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .strip()
                .toLowerCase(Locale.ROOT);
        boolean isHtml = text.startsWith("<!doctype html") || text.startsWith("<html");
        boolean isMarkup = text.startsWith("<") && settings.get(SourceOptions.FORMAT) != SourceOptions.Format.XML;
        if (isHtml || isMarkup) {
            throw new StopException(
                    "http.html",
                    reply + " with a page of HTML, not with " + settings.get(SourceOptions.FORMAT) + ": "
                            + text.substring(0, Math.min(text.length(), 120)).replaceAll("\\s+", " "),
                    "Look at the URL in a browser: it is often the page of a login or of a gateway. Check 'url' and 'auth'.");
        }
        return in;
    }

    private RecordReader reader(InputStream in) throws IOException {
        String where = settings.get(SourceOptions.RECORDS);
        return switch (settings.get(SourceOptions.FORMAT)) {
            case JSON, JSON_LINES, EVENTS -> new JsonRecords(in, where, pagination.pointers());
            case CSV -> new CsvRecords(in, settings.get(SourceOptions.DELIMITER), reply.charset());
            case XML -> new XmlRecords(in, where, pagination.pointers());
        };
    }

    /**
     * The next record, or null at the end.
     *
     * @throws RetryException when the answer is cut short, or is not what it should be
     * @throws StopException when it is larger than allowed
     */
    @Nullable
    JsonNode next() {
        try {
            @Nullable JsonNode record = records.next();
            if (record != null) {
                count++;
                last = keyset.map(record::at)
                        .filter(value -> value.isValueNode() && !value.isNull())
                        .map(JsonNode::asText);
            }
            return record;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private RuntimeException failed(IOException failure) {
        close();
        if (failure instanceof BodyTooLargeException) {
            return new StopException(
                    "http.body-too-large",
                    reply + ": " + failure.getMessage(),
                    "Ask for smaller pages, or set 'max-body' higher.",
                    failure);
        }
        if (failure instanceof RecordTooLargeException) {
            return new StopException(
                    "http.record-too-large",
                    reply + ": " + failure.getMessage(),
                    "Set 'records' to where the single records stand.",
                    failure);
        }
        if (failure instanceof StreamConstraintsException limit) {
            return new StopException(
                    "http.json-limits",
                    reply + ": after " + count + " records: " + JsonProblem.of(limit),
                    "Ask for less in one record, or set 'records' to where the single records stand.",
                    failure);
        }
        return new RetryException(reply + ": " + reason(failure) + behind(), failure);
    }

    /** How far it was good. */
    private String behind() {
        return count == 0 ? "" : ", after " + count + (count == 1 ? " record" : " records");
    }

    private static String reason(IOException failure) {
        if (failure instanceof JsonProcessingException json) {
            return JsonProblem.of(json);
        }
        Optional<String> late = TimeoutProblem.of(failure);
        if (late.isPresent()) {
            return late.get();
        }
        if (failure instanceof CharacterCodingException) {
            return "it has bytes that are not of its charset";
        }
        @Nullable String message = failure.getMessage();
        if (message == null) {
            return failure instanceof EOFException
                    ? "the connection ended before the answer did"
                    : failure.getClass().getSimpleName();
        }
        return message;
    }

    /** How many bytes were read, about. */
    long bytes() {
        return records.bytes();
    }

    /** How many records were read. */
    long count() {
        return count;
    }

    /** Whether anything stood where records should. */
    boolean isFound() {
        return records.isFound();
    }

    /** For a message: what there is instead. */
    String names() {
        return String.join(", ", records.names());
    }

    Optional<String> header(String name) {
        return reply.header(name);
    }

    /** What the page says of the next one, after its last record. */
    PageFacts facts() {
        Optional<String> link = pagination.usesLink()
                ? Pagination.nextLink(reply.headers("Link")).flatMap(reply::resolve)
                : Optional.empty();
        Optional<String> header =
                settings.find(SourceOptions.NEXT_HEADER).flatMap(reply::header).filter(text -> !text.isEmpty());
        checkScalars();
        return new PageFacts(reply.toString(), count, last, link, header, values());
    }

    /** What says where the pages end cannot be an object: the page would be taken for the last. */
    private void checkScalars() {
        for (Option<String> option : pagination.placesInBody()) {
            settings.find(option).filter(records.structures()::contains).ifPresent(pointer -> {
                throw new StopException(
                        "http.page",
                        reply + ": at '" + pointer + "' stands an object or an array, not a text or a number",
                        "Let '" + option.name() + "' point at the value inside of it.");
            });
        }
        if (keyset.isPresent() && count > 0 && last.isEmpty()) {
            throw new StopException(
                    "http.page",
                    reply + ": its last record has no text or number at '" + settings.get(SourceOptions.NEXT_AT)
                            + "', so that the page behind it has no name",
                    "Set 'next-at' to a field that every record has.");
        }
    }

    /**
     * Looks at a page that was read to its end.
     *
     * @throws RetryException when it says of itself that it is an error
     */
    void checkNoError() {
        settings.find(SourceOptions.ERROR_AT).flatMap(this::error).ifPresent(text -> {
            throw new RetryException(
                    reply + " and says that it is an error: " + reply.shown(text), new IOException("an error"));
        });
    }

    private Optional<String> error(String pointer) {
        if (records.structures().contains(pointer)) {
            return Optional.of("there is something at '" + pointer + "'");
        }
        return Optional.ofNullable(records.values().get(pointer))
                .filter(text -> !text.isEmpty() && !text.equals("false"));
    }

    /** A URL in the body may be a relative one. */
    private Map<String, String> values() {
        if (settings.get(SourceOptions.PAGINATE) != SourceOptions.Paginate.NEXT_URL) {
            return records.values();
        }
        Map<String, String> values = new HashMap<>(records.values());
        values.computeIfPresent(
                settings.get(SourceOptions.NEXT_AT),
                (pointer, url) -> url.isEmpty() ? url : reply.resolve(url).orElse(url));
        return values;
    }

    @Override
    public void close() {
        reply.close();
    }

    @Override
    public String toString() {
        return reply.toString();
    }
}
