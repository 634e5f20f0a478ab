package io.mainstem.server.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** Writes routes down as an OpenAPI 3.1 document. */
public final class OpenApi {

    private static final Shape PROBLEM = Shape.object(
            "Problem",
            "Why a call was not carried out (RFC 9457).",
            Shape.Property.required("type", Shape.text(), "The kind of problem, a URN that does not change."),
            Shape.Property.required("title", Shape.text(), "What the status means."),
            Shape.Property.required("status", Shape.integer(), "The status of HTTP."),
            Shape.Property.required("detail", Shape.text(), "What happened, to which thing."),
            Shape.Property.required("whatToDo", Shape.text(), "What to do next."));

    private static final String TOKEN = "token";

    private final Map<String, ObjectNode> schemas = new TreeMap<>();

    private OpenApi() {}

    /** The document, the same for the same routes. */
    public static ObjectNode of(Routes routes, String title, String version) {
        return new OpenApi().document(routes, title, version);
    }

    private ObjectNode document(Routes routes, String title, String version) {
        ObjectNode document = Json.object().put("openapi", "3.1.0");
        document.putObject("info").put("title", title).put("version", version);
        ObjectNode paths = document.putObject("paths");
        for (Route route : routes.all()) {
            ObjectNode path = paths.withObjectProperty(route.path());
            path.set(route.method().name().toLowerCase(java.util.Locale.ROOT), operation(route));
        }
        ObjectNode components = document.putObject("components");
        ObjectNode named = components.putObject("schemas");
        schemas.forEach(named::set);
        components
                .putObject("securitySchemes")
                .putObject(TOKEN)
                .put("type", "http")
                .put("scheme", "bearer")
                .put(
                        "description",
                        "The token of the settings, or the one in worker.json of the data folder. Calls that only read need"
                                + " none on the loopback address.");
        return document;
    }

    private ObjectNode operation(Route route) {
        ObjectNode operation =
                Json.object().put("operationId", route.operation()).put("summary", route.summary());
        ArrayNode parameters = Json.array();
        route.pathParameters().forEach(each -> parameters.add(parameter(each, "path")));
        route.queryParameters().forEach(each -> parameters.add(parameter(each, "query")));
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        route.body().ifPresent(body -> {
            ObjectNode request =
                    operation.putObject("requestBody").put("required", true).put("description", body.doc());
            request.putObject("content").putObject(body.contentType()).set("schema", schema(body.shape()));
        });
        operation.set("responses", answers(route));
        if (!route.isOpenToAll()) {
            ArrayNode security = operation.putArray("security");
            security.addObject().putArray(TOKEN);
            if (!route.needsToken()) {
                security.addObject();
            }
        }
        return operation;
    }

    private static ObjectNode parameter(Route.Parameter parameter, String in) {
        boolean inPath = in.equals("path");
        ObjectNode node = Json.object()
                .put("name", parameter.name())
                .put("in", in)
                .put("required", inPath)
                .put("description", parameter.doc());
        ObjectNode schema = node.putObject("schema").put("type", "string");
        if (inPath) {
            schema.put("pattern", "^" + RequestPath.SEGMENT + "$");
        }
        return node;
    }

    private ObjectNode answers(Route route) {
        ObjectNode answers = Json.object();
        ObjectNode done = answers.putObject("200").put("description", "The answer.");
        done.putObject("content").putObject(route.answerType()).set("schema", schema(route.answer()));
        route.refusals().forEach((status, when) -> problem(answers.putObject(String.valueOf(status)), when));
        problem(answers.putObject("default"), "The call was not carried out.");
        return answers;
    }

    private void problem(ObjectNode answer, String when) {
        answer.put("description", when)
                .putObject("content")
                .putObject("application/problem+json")
                .set("schema", schema(PROBLEM));
    }

    private ObjectNode schema(Shape shape) {
        if (shape instanceof Shape.ListOf list) {
            ObjectNode node = Json.object().put("type", "array");
            node.set("items", schema(list.element()));
            return node;
        }
        if (shape instanceof Shape.ObjectOf object) {
            if (!schemas.containsKey(object.name())) {
                // First, so that an object that has itself as a part ends.
                schemas.put(object.name(), Json.object());
                schemas.put(object.name(), properties(object));
            }
            return Json.object().put("$ref", "#/components/schemas/" + object.name());
        }
        return scalar((Shape.Scalar) shape);
    }

    private static ObjectNode scalar(Shape.Scalar scalar) {
        return switch (scalar) {
            case TEXT -> Json.object().put("type", "string");
            case INTEGER -> Json.object().put("type", "integer").put("format", "int64");
            case NUMBER -> Json.object().put("type", "number");
            case FLAG -> Json.object().put("type", "boolean");
            case ANY -> Json.object();
        };
    }

    private ObjectNode properties(Shape.ObjectOf object) {
        ObjectNode node = Json.object().put("type", "object").put("description", object.doc());
        ObjectNode properties = node.putObject("properties");
        ArrayNode required = Json.array();
        for (Shape.Property property : object.properties()) {
            // OpenAPI 3.1 allows a description beside a reference.
            properties.set(property.name(), schema(property.shape()).put("description", property.doc()));
            if (!property.isOptional()) {
                required.add(property.name());
            }
        }
        if (!required.isEmpty()) {
            node.set("required", required);
        }
        return node;
    }
}
