package io.mainstem.server.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.UnaryOperator;

/** JSON as it goes out. */
final class Json {

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The same with each text in it changed: a secret is found before its quotes are escaped. */
    static JsonNode scrubbed(JsonNode node, UnaryOperator<String> scrub) {
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(scrub.apply(node.textValue()));
        }
        if (node.isArray()) {
            ArrayNode array = array();
            node.forEach(each -> array.add(scrubbed(each, scrub)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = object();
            node.properties().forEach(field -> object.set(field.getKey(), scrubbed(field.getValue(), scrub)));
            return object;
        }
        return node;
    }
}
