package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Records in XML: the elements at a path. Attributes and elements inside become fields by their names; elements of one name become an
 * array; an element with nothing but text becomes that text. Without document types and without entities from outside.
 */
final class XmlRecords implements RecordReader {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEPTH_MAX = 500;
    private static final XMLInputFactory FACTORY = XMLInputFactory.newInstance();

    static {
        FACTORY.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        FACTORY.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    }

    private final RecordInput in;
    private final XMLStreamReader reader;
    private final String wanted;
    private final List<String> pointers;
    private final List<String> path = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();
    private final Set<String> structures = new HashSet<>();
    private boolean found;
    private long recordBegin;
    private int depth;

    XmlRecords(InputStream in, String records, List<String> pointers) throws IOException {
        this.in = new RecordInput(in);
        this.wanted = records;
        this.pointers = pointers;
        try {
            this.reader = FACTORY.createXMLStreamReader(this.in);
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    @Override
    public @Nullable JsonNode next() throws IOException {
        try {
            return advance();
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    private static IOException broken(XMLStreamException problem) {
        if (problem.getNestedException() instanceof IOException failure) {
            return failure;
        }
        @Nullable Location place = problem.getLocation();
        return new IOException(
                "it is no XML, or not complete"
                        + (place == null
                                ? ""
                                : " (line " + place.getLineNumber() + ", column " + place.getColumnNumber() + ")"),
                problem);
    }

    private @Nullable JsonNode advance() throws XMLStreamException, IOException {
        while (reader.hasNext()) {
            in.begin();
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    path.add(reader.getLocalName());
                    String here = "/" + String.join("/", path);
                    if (here.equals(wanted)) {
                        found = true;
                        recordBegin = bytes();
                        path.remove(path.size() - 1);
                        return element();
                    }
                    if (pointers.contains(here)) {
                        recordBegin = bytes();
                        keep(here, element());
                        path.remove(path.size() - 1);
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> path.remove(path.size() - 1);
                default -> {}
            }
        }
        return null;
    }

    private void keep(String pointer, JsonNode element) {
        String text =
                element.isTextual() ? element.textValue() : element.path("text").asText("");
        boolean isNil = element.path("nil").asText("").equals("true");
        if (element.isObject() && text.isEmpty() && !isNil) {
            structures.add(pointer);
        } else {
            values.put(pointer, text);
        }
    }

    /** The element that the reader stands at the beginning of; afterwards it stands at its end. */
    private JsonNode element() throws XMLStreamException, IOException {
        if (++depth > DEPTH_MAX) {
            throw new RecordTooLargeException("elements in more than " + DEPTH_MAX + " others");
        }
        JsonNode element = content();
        depth--;
        return element;
    }

    private JsonNode content() throws XMLStreamException, IOException {
        ObjectNode node = NODES.objectNode();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            node.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        while (reader.next() != XMLStreamConstants.END_ELEMENT) {
            if (bytes() - recordBegin > JsonRecords.RECORD_MAX) {
                throw new RecordTooLargeException(JsonRecords.RECORD_MAX);
            }
            if (reader.isStartElement()) {
                String name = reader.getLocalName();
                add(node, name, element());
            } else if (reader.isCharacters() || reader.getEventType() == XMLStreamConstants.CDATA) {
                text.append(reader.getText());
            }
        }
        String content = text.toString().strip();
        if (node.isEmpty()) {
            return new TextNode(content);
        }
        return content.isEmpty() ? node : node.put("text", content);
    }

    private static void add(ObjectNode node, String name, JsonNode value) {
        @Nullable JsonNode before = node.get(name);
        if (before == null) {
            node.set(name, value);
        } else if (before instanceof ArrayNode array) {
            array.add(value);
        } else {
            node.set(name, NODES.arrayNode().add(before).add(value));
        }
    }

    @Override
    public long bytes() {
        return reader.getLocation().getCharacterOffset();
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
    public boolean isFound() {
        return found;
    }
}
