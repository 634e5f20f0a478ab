package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.runtime.pipeline.Outside;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineReader;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.SecretProviders;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.plan.PlanOptions;
import io.mainstem.runtime.plan.Planner;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Call;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The routes that plan pipelines. */
final class PlanRoutes {

    private static final String NAME = "pipeline";
    private static final Path POSTED = Path.of("pipeline.yaml");

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
        return List.of(
                Route.post(
                                "/v1/plan",
                                "planText",
                                "What the pipeline of a text will do. Its connectors are asked, rows are read, and nothing is"
                                        + " written. The text may name files of the worker's machine and variables of its"
                                        + " environment, and so only the token of worker.json is taken.",
                                PLAN,
                                call -> planText(context.get(), call))
                        .withOwnToken()
                        .body("application/yaml", Shape.text(), "The text of a pipeline file, at most 3 MiB.")
                        .refusing(503, "A plugin did not answer in time."),
                Route.post(
                                "/v1/pipelines/{pipeline}/plan",
                                "planPipeline",
                                "What a pipeline will do, as 'mainstem plan' says it: its connectors are asked, rows are read,"
                                        + " and nothing is written.",
                                PLAN,
                                call -> plan(context.get(), call.path(NAME)))
                        .path(NAME, "The name of the pipeline."));
    }

    /** A text that is not right is answered with all its problems, as a command would say them. */
    private static Answer planText(RestContext context, Call call) throws Exception {
        byte[] text = call.body();
        PipelineSet set = context.plugins().call(() -> read(text, context));
        if (set instanceof PipelineSet.Valid valid) {
            Scrub.also(valid.secrets());
            return plan(context, valid.pipelines());
        }
        throw Problem.badRequest(
                ((PipelineSet.Invalid) set)
                        .problems().stream()
                                .map(problem -> problem.line() + ":" + problem.column() + ": " + problem.message())
                                .collect(Collectors.joining("; ")),
                "correct the text; POST /v1/validate lists its problems one by one");
    }

    /** With all that placeholders may name for a command. */
    private static PipelineSet read(byte[] text, RestContext context) {
        Console console = context.console();
        try (SecretProviders secrets = Flags.secrets(console, context.connectors())) {
            return PipelineReader.read(
                    text,
                    console.folder().resolve(POSTED),
                    context.connectors(),
                    new Outside(console.environment(), secrets));
        }
    }

    private static List<Pipeline> running(RestContext context) {
        return context.worker().pipelines().stream()
                .map(PipelineStatus::pipeline)
                .toList();
    }

    private static Answer plan(RestContext context, String name) throws InterruptedException {
        List<Pipeline> running = running(context);
        Pipeline pipeline = running.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.notFound(
                        "there is no pipeline '" + name + "'", "GET /v1/pipelines lists all there are"));
        return plan(context, List.of(pipeline));
    }

    private static Answer plan(RestContext context, List<Pipeline> pipelines) throws InterruptedException {
        // The answer is scrubbed as a whole, as every answer is.
        PlanOptions options = PlanOptions.of(Clock.systemUTC(), Secrets.none())
                .withDeadline(PluginCalls.PATIENCE)
                .withRunning(running(context));
        return Answer.of(PlanJson.of(Planner.plan(pipelines, context.log(), options), context.console()));
    }
}
