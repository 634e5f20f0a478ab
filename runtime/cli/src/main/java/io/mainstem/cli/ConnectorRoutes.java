package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.runtime.plugin.ConnectorDescription;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.util.List;
import java.util.function.Supplier;

/** The routes about connectors. */
final class ConnectorRoutes {

    private static final Shape CONNECTOR = Shape.object(
            "Connector",
            "A kind of source or sink.",
            required("name", Shape.text(), "What a pipeline calls it."),
            required("kind", Shape.text(), "source, sink or secrets."),
            required("summary", Shape.text(), "What it connects to."),
            required("plugin", Shape.text(), "The plugin that brings it."),
            required("version", Shape.text(), "The plugin's version."));

    private static final Shape DESCRIPTION = Shape.object(
            "ConnectorDescription",
            "A kind of source or sink with its options.",
            required("name", Shape.text(), "What a pipeline calls it."),
            required("kind", Shape.text(), "source, sink or secrets."),
            required("summary", Shape.text(), "What it connects to."),
            required("plugin", Shape.text(), "The plugin that brings it."),
            required("version", Shape.text(), "The plugin's version."),
            required(
                    "options",
                    Shape.list(Shape.object(
                            "ConnectorOption",
                            "An option of a connector.",
                            required("name", Shape.text(), "Its name."),
                            required("type", Shape.text(), "What it takes."),
                            required("required", Shape.flag(), "Whether it must be given."),
                            required("secret", Shape.flag(), "Whether its value is never shown."),
                            required("doc", Shape.text(), "What it does."),
                            optional("default", Shape.text(), "What counts when it is not given."),
                            optional("example", Shape.text(), "Such as."))),
                    "Its options."));

    private ConnectorRoutes() {}

    static List<Route> all(Supplier<RestContext> context) {
        return List.of(
                Route.get(
                                "/v1/connectors",
                                "listConnectors",
                                "The connectors there are.",
                                Shape.list(CONNECTOR),
                                call -> Answer.of(ConnectorsListCommand.json(descriptions(context.get()))))
                        .refusing(503, "A plugin did not answer in time."),
                Route.get(
                                "/v1/connectors/{connector}",
                                "getConnector",
                                "A connector with its options, as source and as sink if it is both.",
                                Shape.list(DESCRIPTION),
                                call -> one(context.get(), call.path("connector")))
                        .path("connector", "The name of the connector.")
                        .refusing(503, "A plugin did not answer in time."));
    }

    private static List<ConnectorDescription> descriptions(RestContext context) throws Exception {
        return context.plugins().call(context.connectors()::descriptions);
    }

    private static Answer one(RestContext context, String name) throws Exception {
        List<ConnectorDescription> found = descriptions(context).stream()
                .filter(connector -> connector.name().equals(name))
                .toList();
        if (found.isEmpty()) {
            throw Problem.notFound("there is no connector '" + name + "'", "GET /v1/connectors lists all there are");
        }
        return Answer.of(ConnectorsDescribeCommand.json(found));
    }
}
