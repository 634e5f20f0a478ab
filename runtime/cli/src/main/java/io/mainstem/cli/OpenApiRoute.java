package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.OpenApi;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;

/** The document of all routes, this one too. */
final class OpenApiRoute {

    /** The version of the interface: a change that a client could notice raises it. */
    private static final String VERSION = "1";

    private OpenApiRoute() {}

    static Route get() {
        return Route.get("/openapi.json", "openapi", "This document.", Shape.any(), call -> Answer.of(document()));
    }

    static ObjectNode document() {
        return OpenApi.of(RestRoutes.documentation(), "Mainstem worker", VERSION);
    }
}
