package io.mainstem.cli;

import io.mainstem.log.LogException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All routes of the REST interface. Each thing has a class of its own that declares its routes; this is the list of them. */
final class RestRoutes {

    private static final Logger LOGGER = LoggerFactory.getLogger(RestRoutes.class);

    private RestRoutes() {}

    static Routes of(RestContext context) {
        return of(() -> context);
    }

    /** For a look at the documentation of the routes; none can be called. */
    static Routes documentation() {
        return of(() -> {
            throw new IllegalStateException("there is no worker");
        });
    }

    private static Routes of(Supplier<RestContext> context) {
        List<Route> all = new ArrayList<>();
        all.addAll(WorkerRoutes.all(context));
        all.addAll(PipelineRoutes.all(context));
        all.addAll(PlanRoutes.all(context));
        all.addAll(ConnectorRoutes.all(context));
        all.addAll(TopicRoutes.all(context));
        all.addAll(GroupRoutes.all(context));
        all.addAll(LetterRoutes.all(context));
        all.addAll(RunRoutes.all(context));
        all.add(OpenApiRoute.get());
        return new Routes(all);
    }

    /** The exceptions that commands end with, for who asks over HTTP. */
    static Problem explain(Exception thrown) {
        String message = String.valueOf(thrown.getMessage());
        if (thrown instanceof CommandException command) {
            return switch (command.meaning()) {
                case WRONG -> Problem.badRequest(message, "correct the call");
                case CONFLICT -> Problem.conflict(message, "look at its state, and change that first");
                case MISSING -> Problem.notFound(message, "look at the list of those there are");
            };
        }
        if (thrown instanceof TopicNotFoundException) {
            return Problem.notFound(message, "look at the list of those there are");
        }
        if (thrown instanceof LogException) {
            return Problem.conflict(message, "look at the log of the worker");
        }
        LOGGER.error("a call of the REST interface failed", thrown);
        return new Problem(
                500,
                "internal",
                "an error that nobody planned for: " + thrown.getClass().getName(),
                "look at the log of the worker");
    }
}
