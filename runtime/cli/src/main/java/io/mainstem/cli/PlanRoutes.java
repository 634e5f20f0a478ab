package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.plan.PlanOptions;
import io.mainstem.runtime.plan.Planner;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** The route that plans a pipeline. */
final class PlanRoutes {

    private static final String NAME = "pipeline";

    private static final Shape PIPELINE_PLAN = Shape.object(
            "PipelinePlan",
            "What a pipeline will do; docs/plan.md has every name.",
            required("name", Shape.text(), "Its name."),
            required("file", Shape.text(), "The file that defines it."),
            required("sources", Shape.list(Shape.any()), "What its sources will read and send."),
            required("topics", Shape.list(Shape.any()), "What becomes of its topics."),
            required("sinks", Shape.list(Shape.any()), "What its sinks will make and send."),
            optional("gone", Shape.list(Shape.text()), "What the log keeps of it that its file does not have."));

    private static final Shape PLAN = Shape.object(
            "Plan",
            "What pipelines will do.",
            required("unchanged", Shape.flag(), "Whether nothing will be made or changed, and nothing failed."),
            required("create", Shape.integer(), "How many topics and targets will be made."),
            required("alter", Shape.integer(), "How many topics and targets will be changed."),
            required("failures", Shape.integer(), "How many things failed, or would stop the pipeline."),
            required("warnings", Shape.integer(), "How many things may not be meant."),
            required("pipelines", Shape.list(PIPELINE_PLAN), "The pipeline."));

    private PlanRoutes() {}

    static List<Route> all(Supplier<RestContext> context) {
        return List.of(Route.post(
                        "/v1/pipelines/{pipeline}/plan",
                        "planPipeline",
                        "What a pipeline will do, as 'mainstem plan' says it: its connectors are asked, rows are read,"
                                + " and nothing is written.",
                        PLAN,
                        call -> plan(context.get(), call.path(NAME)))
                .path(NAME, "The name of the pipeline."));
    }

    private static Answer plan(RestContext context, String name) throws InterruptedException {
        List<Pipeline> running = context.worker().pipelines().stream()
                .map(PipelineStatus::pipeline)
                .toList();
        Pipeline pipeline = running.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.notFound(
                        "there is no pipeline '" + name + "'", "GET /v1/pipelines lists all there are"));
        // The answer is scrubbed as a whole, as every answer is.
        PlanOptions options = PlanOptions.of(Clock.systemUTC(), Secrets.none())
                .withDeadline(PluginCalls.PATIENCE)
                .withRunning(running);
        return Answer.of(PlanJson.of(Planner.plan(List.of(pipeline), context.log(), options), context.console()));
    }
}
