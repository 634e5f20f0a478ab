package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import io.mainstem.runtime.pipeline.YamlNode.Text;
import io.mainstem.runtime.pipeline.YamlNode.Text.State;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Data that are written in YAML: what is quoted is text; of the rest, numbers, truths and null are such. */
final class YamlJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,30})(\\.\\d{1,30})?([eE][-+]?\\d{1,3})?");

    private YamlJson() {}

    static JsonNode of(YamlNode node) {
        if (node instanceof Text text) {
            return scalar(text);
        }
        if (node instanceof Items items) {
            ArrayNode array = JSON.arrayNode();
            items.items().forEach(item -> array.add(of(item)));
            return array;
        }
        ObjectNode object = JSON.objectNode();
        ((Fields) node).entries().forEach(entry -> object.set(entry.key(), of(entry.value())));
        return object;
    }

    private static JsonNode scalar(Text text) {
        boolean isPlain = text.content().equals(text.place());
        if (!isPlain) {
            return JSON.textNode(text.text());
        }
        if (text.state() == State.MISSING || text.text().equals("null")) {
            return JSON.nullNode();
        }
        if (text.text().equals("true") || text.text().equals("false")) {
            return JSON.booleanNode(text.text().equals("true"));
        }
        if (!NUMBER.matcher(text.text()).matches()) {
            return JSON.textNode(text.text());
        }
        BigDecimal number = new BigDecimal(text.text());
        boolean isWhole = text.text().chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
        return isWhole ? JSON.numberNode(number.toBigInteger()) : JSON.numberNode(number);
    }
}
