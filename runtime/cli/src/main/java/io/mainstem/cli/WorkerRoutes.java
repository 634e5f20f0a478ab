package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.server.metrics.MetricsText.Format;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The routes about the worker as a whole. */
final class WorkerRoutes {

    private static final Set<PipelineStatus.State> DOWN =
            EnumSet.of(PipelineStatus.State.FAILED, PipelineStatus.State.RETRYING);

    private static final Shape HEALTH =
            Shape.object("Health", "How the process is.", required("status", Shape.text(), "Always \"up\"."));

    private static final Shape VERSION =
            Shape.object("Version", "What runs.", required("version", Shape.text(), "The version of Mainstem."));

    private static final Shape STATUS = Shape.object(
            "Status",
            "How the worker is doing.",
            required("pid", Shape.integer(), "The process."),
            required("version", Shape.text(), "The version of Mainstem."),
            required("upSeconds", Shape.integer(), "For how long the process has lived."),
            required(
                    "pipelines",
                    Shape.list(Shape.object(
                            "PipelineState",
                            "How a pipeline is doing, in short.",
                            required("pipeline", Shape.text(), "Its name."),
                            required("state", Shape.text(), "Its state."),
                            optional(
                                    "lag",
                                    Shape.integer(),
                                    "Offsets that its sinks have still to read, also while it is paused; nothing without"
                                            + " sinks."))),
                    "The pipelines, paused ones too."),
            required("tasks", Shape.list(PipelineRoutes.TASK), "The sources and sinks, sources first."),
            required(
                    "fileProblems",
                    Shape.list(Shape.text()),
                    "The first thing that is wrong with each pipeline file that is not valid, with line and column."),
            optional(
                    "disk",
                    Shape.object(
                            "Disk",
                            "The space of the log.",
                            required("usedBytes", Shape.integer(), "What the log takes."),
                            required("freeBytes", Shape.integer(), "What is free on its disk."),
                            required("minFreeBytes", Shape.integer(), "What must stay free there."),
                            optional("budgetBytes", Shape.integer(), "The most that the log may take."),
                            optional(
                                    "full",
                                    Shape.object(
                                            "FullLog",
                                            "That the log is full, and sources wait for room.",
                                            required("since", Shape.text(), "Since when, in ISO 8601."),
                                            required("reason", Shape.text(), "Which limit is reached.")),
                                    "That the log is full, and sources wait for room.")),
                    "The space of the log, when it is on a disk of this machine."));

    private WorkerRoutes() {}

    static List<Route> all(Supplier<RestContext> context) {
        return List.of(
                Route.get(
                                "/health",
                                "health",
                                "Answers as long as the process lives, whatever its pipelines do.",
                                HEALTH,
                                call -> Answer.of(JsonResult.object().put("status", "up")))
                        .openToAll(),
                Route.get(
                                "/ready",
                                "ready",
                                "Answers with 200 when every pipeline that is not paused is up and the log takes records.",
                                HEALTH,
                                call -> ready(context.get()))
                        .refusing(503, "A pipeline has failed or is trying again, or the log is full.")
                        .openToAll(),
                Route.get(
                        "/v1/status",
                        "status",
                        "How the worker is doing, as 'mainstem status --output json' shows it.",
                        STATUS,
                        call -> Answer.of(StatusCommand.json(
                                context.get().owner(), context.get().console()))),
                Route.get(
                        "/v1/version",
                        "version",
                        "Which version runs.",
                        VERSION,
                        call -> Answer.of(JsonResult.object().put("version", VersionCommand.version()))),
                Route.get(
                                "/metrics",
                                "metrics",
                                "The metrics for Prometheus, or in OpenMetrics when that is accepted.",
                                Shape.text(),
                                call -> metrics(context.get(), call.accepts("application/openmetrics-text")))
                        .answering("text/plain"));
    }

    private static Answer metrics(RestContext context, boolean open) {
        Format format = open ? Format.OPEN_METRICS : Format.PROMETHEUS;
        return Answer.text(format.contentType(), MetricFamilies.text(context, format));
    }

    /** Names no pipeline, since also strangers may ask. */
    private static Answer ready(RestContext context) {
        List<PipelineStatus> all = context.worker().pipelines();
        long down = all.stream().filter(each -> DOWN.contains(each.state())).count();
        if (down > 0) {
            throw notReady(down + " of " + all.size() + " pipelines are not up");
        }
        if (context.log().admin().diskUsage().flatMap(usage -> usage.full()).isPresent()) {
            throw notReady("the log is full, and sources wait");
        }
        return Answer.of(JsonResult.object().put("status", "up"));
    }

    private static Problem notReady(String detail) {
        return new Problem(503, "not-ready", detail, "GET /v1/status or 'mainstem status' shows why");
    }
}
