package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Records in JSON, or in JSON lines, which are several texts of JSON one behind the other. Walks through the text as it comes: what
 * is neither a record nor asked for is passed over.
 */
final class JsonRecords implements RecordReader {

    /** The most bytes of one record. */
    static final long RECORD_MAX = 16L * 1024 * 1024;

    private static final int NAMES_MAX = 20;
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonParser parser;
    private final List<String> steps;
    private final List<List<String>> asked;
    private final List<String> pointers;
    private final Map<String, String> values = new HashMap<>();
    private final Set<String> names = new TreeSet<>();
    private final Set<String> structures = new TreeSet<>();
    private @Nullable String entered;
    private boolean inRecords;
    private boolean found;
    private long recordBegin;
    private @Nullable String twice;

    /**
     * At the beginning of a text.
     *
     * @param records where the records stand, as a JSON Pointer with {@code *} for any step
     * @param pointers where else to look
     */
    JsonRecords(InputStream in, String records, List<String> pointers) throws IOException {
        this.parser = FACTORY.createParser(in);
        this.steps = steps(records);
        this.pointers = pointers;
        this.asked = pointers.stream().map(JsonRecords::steps).toList();
    }

    private static List<String> steps(String pointer) {
        return pointer.isEmpty()
                ? List.of()
                : List.of(pointer.substring(pointer.startsWith("/") ? 1 : 0).split("/", -1));
    }

    @Override
    public @Nullable JsonNode next() throws IOException {
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return null;
            }
            noteStructure(token);
            if (inRecords) {
                if (token != JsonToken.END_ARRAY) {
                    return record(token);
                }
                inRecords = false;
            } else if (token.isScalarValue()) {
                keep();
            } else if (token.isStructStart() && isRecord(token)) {
                return record(token);
            }
        }
    }

    /** What was entered at a place that was asked for is something, unless its end comes at once. */
    private void noteStructure(JsonToken token) {
        if (entered != null && !token.isStructEnd()) {
            structures.add(entered);
        }
        entered = null;
    }

    /** Steps into what may hold records or values, and over the rest. Returns whether the parser stands at a record. */
    private boolean isRecord(JsonToken token) throws IOException {
        List<String> path = path();
        if (path.size() == 1 && names.size() < NAMES_MAX) {
            names.add(path.get(0));
        }
        if (matches(path, steps) && path.size() == steps.size()) {
            found = true;
            inRecords = token == JsonToken.START_ARRAY;
            return !inRecords;
        }
        int at = asked.indexOf(path);
        entered = at < 0 ? null : pointers.get(at);
        if (!matches(path, steps) && asked.stream().noneMatch(other -> matches(path, other))) {
            parser.skipChildren();
        }
        return false;
    }

    private List<String> path() {
        return steps(parser.getParsingContext().pathAsPointer().toString());
    }

    /** Whether a path is the beginning of what is looked for. */
    private static boolean matches(List<String> path, List<String> wanted) {
        if (path.size() > wanted.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!wanted.get(i).equals("*") && !wanted.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    private void keep() throws IOException {
        List<String> path = path();
        if (path.size() == 1 && names.size() < NAMES_MAX) {
            names.add(path.get(0));
        }
        if (path.equals(steps)) {
            checkNone();
        }
        for (int i = 0; i < asked.size(); i++) {
            if (asked.get(i).equals(path)) {
                values.put(pointers.get(i), parser.currentToken() == JsonToken.VALUE_NULL ? "" : parser.getText());
            }
        }
    }

    /** Null, false or an empty text may stand where an array of records would; any other text or number is no answer. */
    private void checkNone() throws IOException {
        String text = parser.getText();
        boolean isNone = parser.currentToken() == JsonToken.VALUE_NULL
                || parser.currentToken() == JsonToken.VALUE_FALSE
                || text.isEmpty();
        if (!isNone) {
            throw new IOException("where records should be stands " + text.substring(0, Math.min(text.length(), 100)));
        }
        found = true;
    }

    private JsonNode record(JsonToken token) throws IOException {
        recordBegin = bytes();
        twice = null;
        JsonNode record = node(token);
        return twice != null && record instanceof ObjectNode object ? new AmbiguousRecord(object, twice) : record;
    }

    private JsonNode node(JsonToken token) throws IOException {
        if (bytes() - recordBegin > RECORD_MAX) {
            throw new RecordTooLargeException(RECORD_MAX);
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private ObjectNode object() throws IOException {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (twice == null && object.has(name)) {
                JsonLocation place = parser.currentTokenLocation();
                twice = "an object has two members '" + name + "', and only one can be meant (line " + place.getLineNr()
                        + ", column " + place.getColumnNr() + ")";
            }
            object.set(name, node(parser.nextToken()));
        }
        return object;
    }

    private ArrayNode array() throws IOException {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(node(token));
        }
        return array;
    }

    @Override
    public long bytes() {
        return parser.currentLocation().getByteOffset();
    }

    @Override
    public Map<String, String> values() {
        return values;
    }

    @Override
    public Set<String> structures() {
        return structures;
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public boolean isFound() {
        return found;
    }
}
