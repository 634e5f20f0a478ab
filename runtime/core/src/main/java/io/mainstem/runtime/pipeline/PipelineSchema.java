package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.runtime.pipeline.Section.ConnectorOptions;
import io.mainstem.runtime.pipeline.Section.Member;
import io.mainstem.runtime.pipeline.Section.Named;
import io.mainstem.runtime.pipeline.Section.Nested;
import io.mainstem.runtime.pipeline.Section.Steps;
import io.mainstem.runtime.pipeline.Section.Value;
import io.mainstem.runtime.plugin.ConnectorDescription;
import io.mainstem.runtime.plugin.ConnectorDescription.Kind;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.transform.Transforms;
import java.util.List;

/** Describes the format of pipeline files, with the options of every connector, in JSON Schema for editors. */
public final class PipelineSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String NAME = "^[a-z0-9][a-z0-9-]{0,62}$";

    private final List<ConnectorDescription> connectors;
    private final List<ConnectorDescription> transforms;

    private PipelineSchema(List<ConnectorDescription> connectors, List<ConnectorDescription> transforms) {
        this.connectors = connectors;
        this.transforms = transforms;
    }

    /** The schema as JSON text. Starts every plugin. */
    public static String generate(Connectors catalog) {
        return new PipelineSchema(catalog.descriptions(), Transforms.descriptions(catalog))
                .document()
                .toPrettyString();
    }

    private ObjectNode document() {
        ObjectNode document = JSON.objectNode();
        document.put("$schema", "http://json-schema.org/draft-07/schema#");
        document.put("title", "Mainstem pipeline");
        document.setAll(object(PipelineFormat.PIPELINE));
        document.withObject("properties")
                .withObject(PipelineFormat.NAME.name())
                .removeAll()
                .put("type", "string")
                .put("pattern", NAME)
                .put("description", PipelineFormat.NAME.doc());
        ArrayNode oneSide = document.putArray("anyOf");
        oneSide.addObject().putArray("required").add(PipelineFormat.SOURCES.name());
        oneSide.addObject().putArray("required").add(PipelineFormat.SINKS.name());
        return document;
    }

    private ObjectNode object(Section section) {
        ObjectNode object = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = object.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Member member : section.members()) {
            properties.set(member.name(), member(member));
            if (member instanceof Value value && value.option().isRequired()) {
                required.add(member.name());
            }
        }
        if (!required.isEmpty()) {
            object.set("required", required);
        }
        return object;
    }

    private ObjectNode member(Member member) {
        if (member instanceof Value value) {
            return OptionSchema.of(value.option());
        }
        if (member instanceof Nested nested) {
            ObjectNode object = object(nested.section());
            ObjectNode schema = nested.shortForm()
                    .map(option -> OptionSchema.anyOf(object, OptionSchema.of(option)))
                    .orElse(object);
            return schema.put("description", nested.doc());
        }
        if (member instanceof Named named) {
            return named(named);
        }
        if (member instanceof Section.Tests tests) {
            ObjectNode list = JSON.objectNode().put("type", "array").put("description", tests.doc());
            list.set("items", object(tests.section()));
            return list;
        }
        if (member instanceof Section.Rows rows) {
            ObjectNode any = JSON.objectNode().put("description", rows.doc());
            any.putArray("type").add("array").add("object");
            return any;
        }
        if (member instanceof Steps steps) {
            return steps(steps);
        }
        return JSON.objectNode().put("type", "object").put("description", member.doc());
    }

    /** Each step is a case of its own: the options differ. */
    private ObjectNode steps(Steps steps) {
        ObjectNode list = JSON.objectNode().put("type", "array").put("description", steps.doc());
        ArrayNode cases = list.putObject("items").putArray("anyOf");
        transforms.forEach(transform -> {
            ObjectNode step = cases.addObject().put("type", "object").put("additionalProperties", false);
            ObjectNode properties = step.putObject("properties");
            properties.set(transform.name(), step(transform));
            properties.set(PipelineFormat.ON.name(), OptionSchema.of(PipelineFormat.ON));
            step.putArray("required").add(transform.name());
        });
        return list;
    }

    private static ObjectNode step(ConnectorDescription transform) {
        List<Option<?>> all = transform.config().options();
        ObjectNode schema = all.size() == 1 && all.get(0).shape() == Option.Shape.MAP
                ? OptionSchema.of(all.get(0))
                : all.isEmpty()
                        ? options(transform.config())
                        : OptionSchema.anyOf(options(transform.config()), OptionSchema.of(all.get(0)));
        return schema.put("description", transform.summary());
    }

    private ObjectNode named(Named named) {
        ObjectNode each = object(named.section());
        boolean hasConnector = named.section().members().stream().anyMatch(ConnectorOptions.class::isInstance);
        if (hasConnector) {
            addConnectors(each, named.name().equals(PipelineFormat.SOURCES.name()) ? Kind.SOURCE : Kind.SINK);
        }
        ObjectNode map = JSON.objectNode().put("type", "object").put("description", named.doc());
        if (hasConnector) {
            map.putObject("propertyNames").put("pattern", NAME);
        }
        map.set("additionalProperties", each);
        return map;
    }

    /** Which options there are depends on the connector, so each is a case of its own. */
    private void addConnectors(ObjectNode each, Kind kind) {
        ArrayNode names = JSON.arrayNode();
        ArrayNode cases = JSON.arrayNode();
        for (ConnectorDescription connector : connectors) {
            if (connector.kind() == kind) {
                names.add(connector.name());
                cases.add(caseOf(connector));
            }
        }
        ((ObjectNode) each.path("properties").path(PipelineFormat.CONNECTOR.name()))
                .removeAll()
                .put("description", PipelineFormat.CONNECTOR.doc())
                .set("enum", names);
        if (!cases.isEmpty()) {
            each.set("allOf", cases);
        }
    }

    private static ObjectNode caseOf(ConnectorDescription connector) {
        ObjectNode one = JSON.objectNode();
        one.putObject("if")
                .putObject("properties")
                .putObject(PipelineFormat.CONNECTOR.name())
                .put("const", connector.name());
        ObjectNode then = one.putObject("then");
        ObjectNode options = options(connector.config());
        then.putObject("properties").set(PipelineFormat.OPTIONS.name(), options);
        if (options.has("required")) {
            then.putArray("required").add(PipelineFormat.OPTIONS.name());
        }
        return one;
    }

    private static ObjectNode options(ConfigSpec spec) {
        ObjectNode object = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = object.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Option<?> option : spec.options()) {
            properties.set(option.name(), OptionSchema.of(option));
            if (option.isRequired()) {
                required.add(option.name());
            }
        }
        if (!required.isEmpty()) {
            object.set("required", required);
        }
        return object;
    }
}
