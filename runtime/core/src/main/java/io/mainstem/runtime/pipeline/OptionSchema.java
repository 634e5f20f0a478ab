package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Describes the values of one option in JSON Schema. */
final class OptionSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String PLACEHOLDER = "\\$\\{";
    private static final String DURATION = "^[0-9]{1,15} *(ms|s|m|h|d)$";
    private static final String SIZE = "^[0-9]{1,15} *([bB]|[kKmMgG][iI][bB])?$";

    private OptionSchema() {}

    static ObjectNode of(Option<?> option) {
        ObjectNode schema = value(option);
        schema.put("description", description(option));
        if (!option.isSecret()) {
            option.defaultValue().ifPresent(value -> putDefault(schema, value, option.defaultText()));
        }
        if (!option.example().isEmpty()) {
            schema.putArray("examples").add(option.example());
        }
        return schema;
    }

    /** Editors insert it as it is, so a truth and a number must not be text; lists and maps have no use as defaults. */
    private static void putDefault(ObjectNode schema, Object value, String text) {
        if (value instanceof Boolean truth) {
            schema.put("default", truth);
        } else if (value instanceof Long number) {
            schema.put("default", number);
        } else if (value instanceof Double number) {
            schema.put("default", number);
        } else if (!(value instanceof Collection<?> || value instanceof Map<?, ?> || value instanceof Optional<?>)) {
            schema.put("default", text);
        }
    }

    private static String description(Option<?> option) {
        StringBuilder text = new StringBuilder(option.doc());
        if (!option.limits().isEmpty()) {
            text.append(" From ").append(option.limits()).append('.');
        }
        if (option.isSecret()) {
            text.append(" A secret: write ${env:NAME} or ${file:PATH}.");
        }
        return text.toString().strip();
    }

    private static ObjectNode value(Option<?> option) {
        return switch (option.shape()) {
            case BOOLEAN -> orPlaceholder(type("boolean"));
            case INTEGER -> orPlaceholder(type("integer"));
            case NUMBER -> orPlaceholder(type("number"));
            case DURATION -> orPlaceholder(pattern(DURATION));
            case SIZE -> anyOf(type("integer"), pattern(SIZE), pattern(PLACEHOLDER));
            case CHOICE -> orPlaceholder(choice(option));
            case LIST -> list(option);
            case MAP -> map(option);
            case SECTION -> section(option);
            default -> text();
        };
    }

    /** YAML has its own mind about what is a number or a truth; as the value of a text, each is text. */
    private static ObjectNode text() {
        ObjectNode schema = JSON.objectNode();
        schema.putArray("type").add("string").add("number").add("boolean");
        return schema;
    }

    private static ObjectNode choice(Option<?> option) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode words = schema.putArray("enum");
        option.choices().forEach(words::add);
        return schema;
    }

    private static ObjectNode list(Option<?> option) {
        ObjectNode list = type("array");
        list.set("items", element(option));
        return anyOf(list, element(option));
    }

    private static ObjectNode map(Option<?> option) {
        ObjectNode map = type("object");
        map.set("additionalProperties", element(option));
        return map;
    }

    private static ObjectNode section(Option<?> option) {
        ObjectNode section = type("object");
        ObjectNode properties = section.putObject("properties");
        List<Option<?>> options = option.section().map(ConfigSpec::options).orElse(List.of());
        options.forEach(inner -> properties.set(inner.name(), of(inner)));
        List<String> required =
                options.stream().filter(Option::isRequired).map(Option::name).toList();
        if (!required.isEmpty()) {
            ArrayNode names = section.putArray("required");
            required.forEach(names::add);
        }
        return section.put("additionalProperties", false);
    }

    private static ObjectNode element(Option<?> option) {
        return option.element().map(OptionSchema::value).orElseGet(OptionSchema::text);
    }

    private static ObjectNode orPlaceholder(ObjectNode schema) {
        return anyOf(schema, pattern(PLACEHOLDER));
    }

    private static ObjectNode pattern(String regex) {
        return type("string").put("pattern", regex);
    }

    private static ObjectNode type(String name) {
        return JSON.objectNode().put("type", name);
    }

    static ObjectNode anyOf(ObjectNode... schemas) {
        ObjectNode any = JSON.objectNode();
        ArrayNode choices = any.putArray("anyOf");
        for (ObjectNode schema : schemas) {
            choices.add(schema);
        }
        return any;
    }
}
