package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** As much of a JSON Schema validator as the schema of pipelines uses; a keyword that it does not know fails. */
final class JsonSchemaCheck {

    private final List<String> errors = new ArrayList<>();

    private JsonSchemaCheck() {}

    static List<String> errors(JsonNode schema, JsonNode value) {
        JsonSchemaCheck check = new JsonSchemaCheck();
        check.check(schema, value, "$");
        return check.errors;
    }

    private static boolean fits(JsonNode schema, JsonNode value) {
        return errors(schema, value).isEmpty();
    }

    private void check(JsonNode schema, JsonNode value, String path) {
        schema.properties().forEach(keyword -> keyword(keyword.getKey(), keyword.getValue(), schema, value, path));
    }

    private void keyword(String name, JsonNode rule, JsonNode schema, JsonNode value, String path) {
        switch (name) {
            case "$schema", "title", "description", "default", "examples", "then" -> {}
            case "type" -> require(hasType(rule, value), path + " is not of type " + rule);
            case "enum" -> require(contains(rule, value), path + " is not one of " + rule);
            case "const" -> require(rule.equals(value), path + " is not " + rule);
            case "pattern" ->
                require(
                        !value.isTextual()
                                || Pattern.compile(rule.asText())
                                        .matcher(value.asText())
                                        .find(),
                        path + " does not match " + rule);
            case "required" ->
                rule.forEach(key -> require(!value.isObject() || value.has(key.asText()), path + " has no " + key));
            case "properties" ->
                rule.properties().forEach(property -> {
                    if (value.has(property.getKey())) {
                        check(property.getValue(), value.get(property.getKey()), path + "." + property.getKey());
                    }
                });
            case "additionalProperties" -> additional(rule, schema.path("properties"), value, path);
            case "propertyNames" ->
                value.fieldNames()
                        .forEachRemaining(key -> check(
                                rule,
                                com.fasterxml.jackson.databind.node.TextNode.valueOf(key),
                                path + "'s name " + key));
            case "items" -> value.forEach(item -> check(rule, item, path + "[]"));
            case "anyOf" -> require(any(rule, value), path + " fits none of " + rule);
            case "allOf" -> rule.forEach(each -> check(each, value, path));
            case "if" -> {
                if (fits(rule, value)) {
                    check(schema.path("then"), value, path);
                }
            }
            default -> throw new AssertionError("unknown keyword " + name);
        }
    }

    private void additional(JsonNode rule, JsonNode properties, JsonNode value, String path) {
        value.properties().forEach(field -> {
            if (!properties.has(field.getKey())) {
                require(!rule.isBoolean() || rule.asBoolean(), path + " must not have " + field.getKey());
                check(rule, field.getValue(), path + "." + field.getKey());
            }
        });
    }

    private static boolean any(JsonNode schemas, JsonNode value) {
        for (JsonNode schema : schemas) {
            if (fits(schema, value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(JsonNode words, JsonNode value) {
        for (JsonNode word : words) {
            if (word.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasType(JsonNode types, JsonNode value) {
        if (types.isTextual()) {
            return isOf(types.asText(), value);
        }
        for (JsonNode type : types) {
            if (isOf(type.asText(), value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> throw new AssertionError("unknown type " + type);
        };
    }

    private void require(boolean holds, String error) {
        if (!holds) {
            errors.add(error);
        }
    }
}
