package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.runtime.pipeline.PipelineReader;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.Worker;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Call;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The routes about pipelines. */
final class PipelineRoutes {

    private static final Shape ATTEMPTS = Shape.object(
            "Attempts",
            "How a source or sink fails.",
            required("failures", Shape.integer(), "How often it has failed without any progress in between."),
            required("since", Shape.text(), "When the first of these failures was, in ISO 8601."),
            optional("next", Shape.text(), "When the next attempt begins, in ISO 8601, if there is to be one."));

    private static final Shape HUNG_CALL = Shape.object(
            "HungCall",
            "A call of a connector that is over its deadline.",
            required("call", Shape.text(), "Which call."),
            required("millis", Shape.integer(), "For how many milliseconds it has been under way."),
            required("thread", Shape.text(), "The thread that is in it."),
            required("stack", Shape.list(Shape.text()), "Where the thread is, innermost first."));

    private static final Shape DELIVERY = Shape.object(
            "Delivery",
            "How often a record of the log is in the target of a sink, whatever fails.",
            required("mode", Shape.text(), "exactly-once, effectively-once or at-least-once."),
            required("reason", Shape.text(), "Why, a sentence."));

    private static final Shape HELD = Shape.object(
            "HeldStream",
            "A stream that a source does not read, while it reads its others.",
            required("stream", Shape.text(), "Its name, such as that of a table."),
            required("failure", Shape.text(), "What keeps it back, and what to do."));

    static final Shape TASK = Shape.object(
            "Task",
            "How a source or sink is doing.",
            required("pipeline", Shape.text(), "Its pipeline."),
            required("name", Shape.text(), "Its name."),
            required("side", Shape.text(), "source or sink."),
            required(
                    "state",
                    Shape.text(),
                    "starting, running, waiting, hung, retrying, sleeping, finished, stopped or failed."),
            required("records", Shape.integer(), "Records committed since it was started."),
            required("bytes", Shape.integer(), "Bytes of their keys and values."),
            required("deadLetters", Shape.integer(), "Records that went to the dead letters."),
            optional("lag", Shape.integer(), "Offsets that a sink has still to read, when it is known."),
            optional("delivery", DELIVERY, "How often a record is in the target of a sink, once that is known."),
            optional("nextRun", Shape.text(), "When the next run of a source that sleeps is due, in ISO 8601."),
            optional("waitsFor", Shape.text(), "What a source has to wait for, such as a limit of its server."),
            optional("waitsUntil", Shape.text(), "When it goes on, in ISO 8601."),
            optional("address", Shape.text(), "Where others reach it, such as the URL of a webhook."),
            optional("held", Shape.list(HELD), "The streams of a source that are held back, if any are."),
            optional("failure", Shape.text(), "Why it does not work, and what to do."),
            optional("failureKind", Shape.text(), "record, resource, connection, config or bug."),
            optional("attempts", ATTEMPTS, "How it fails, when it does."),
            optional("hungCalls", Shape.list(HUNG_CALL), "The calls of its connector that hang, if any do."));

    private static final Shape PIPELINE = Shape.object(
            "Pipeline",
            "How a pipeline is doing.",
            optional(
                    "pipeline",
                    Shape.text(),
                    "Its name; nothing for a file that is not valid and of which nothing runs."),
            required(
                    "state",
                    Shape.text(),
                    "paused, failed, retrying, waiting, running, finished or stopped; invalid for a file of which nothing"
                            + " runs."),
            required("file", Shape.text(), "The file that defines it."),
            optional(
                    "fileProblem",
                    Shape.text(),
                    "What is wrong with the file now, with line and column, and what to do; its earlier text goes on."),
            optional(
                    "lag",
                    Shape.integer(),
                    "Offsets that its sinks have still to read, also while it is paused; nothing without sinks."),
            optional("pausedSince", Shape.text(), "Since when it is paused, in ISO 8601."),
            optional("nextRun", Shape.text(), "When the next run of a source that sleeps is due, in ISO 8601."),
            optional("failure", Shape.text(), "Why it does not work, and what to do."),
            required("tasks", Shape.list(TASK), "Its sources and sinks; none while it is paused."));

    private static final Shape PROBLEM = Shape.object(
            "ConfigProblem",
            "Something in a pipeline's text, where it stands.",
            required("file", Shape.text(), "What the text was taken for."),
            required("line", Shape.integer(), "The line, from 1."),
            required("column", Shape.integer(), "The column, from 1."),
            required("message", Shape.text(), "What is wrong, and what to do."));

    private static final Shape VALIDATION = Shape.object(
            "Validation",
            "What a look at a pipeline's text has found.",
            required("valid", Shape.flag(), "Whether it could run."),
            optional("problems", Shape.list(PROBLEM), "All that is wrong, when it could not."),
            optional("warnings", Shape.list(PROBLEM), "What is allowed and may not be meant, when it could."),
            optional(
                    "pipelines",
                    Shape.list(Shape.object(
                            "ValidPipeline",
                            "A pipeline that could run.",
                            required("name", Shape.text(), "Its name."),
                            required("file", Shape.text(), "What the text was taken for."),
                            required("sources", Shape.integer(), "How many sources it has."),
                            required("sinks", Shape.integer(), "How many sinks it has."))),
                    "The pipeline, when it could."));

    private static final String NAME = "pipeline";
    private static final Path POSTED = Path.of("pipeline.yaml");

    private PipelineRoutes() {}

    /** Something that a worker does to a pipeline; false when it has none of that name. */
    private interface Change {
        boolean make(Worker worker, String name) throws InterruptedException;
    }

    static List<Route> all(Supplier<RestContext> context) {
        return List.of(
                Route.get(
                        "/v1/pipelines",
                        "listPipelines",
                        "The pipelines that should run, paused ones too, and files that are not valid.",
                        Shape.list(PIPELINE),
                        call -> Answer.of(PipelinesListCommand.json(
                                context.get().owner(), context.get().console()))),
                Route.get(
                                "/v1/pipelines/{pipeline}",
                                "getPipeline",
                                "How one pipeline is doing.",
                                PIPELINE,
                                call -> one(context.get(), call.path(NAME)))
                        .path(NAME, "The name of the pipeline."),
                change(
                        "pause",
                        "Stops a pipeline in order until it is resumed, also over restarts.",
                        context,
                        Worker::pause),
                change("resume", "Lets a paused pipeline go on.", context, Worker::resume),
                change("restart", "Stops a pipeline in order and starts it anew.", context, Worker::restart),
                Route.post(
                                "/v1/validate",
                                "validate",
                                "Checks the text of a pipeline file as 'mainstem validate' does, but does not look up what"
                                        + " placeholders name. Nothing is connected to, and nothing changes.",
                                VALIDATION,
                                call -> validate(context.get(), call))
                        .body("application/yaml", Shape.text(), "The text of the file, at most 3 MiB.")
                        .refusing(503, "A plugin did not answer in time."));
    }

    private static Route change(String verb, String summary, Supplier<RestContext> context, Change change) {
        return Route.post(
                        "/v1/pipelines/{pipeline}/" + verb,
                        verb + "Pipeline",
                        summary + " Answers when that is done.",
                        PIPELINE,
                        call -> changed(context.get(), call.path(NAME), change))
                .path(NAME, "The name of the pipeline.")
                .refusing(409, "The worker is one of 'mainstem run', which ends by itself.");
    }

    private static Answer one(RestContext context, String name) {
        PipelineStatus found = context.worker().pipelines().stream()
                .filter(pipeline -> pipeline.pipeline().name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        return Answer.of(PipelinesListCommand.json(context.owner(), found, context.console()));
    }

    private static Problem unknown(String name) {
        return Problem.notFound("there is no pipeline '" + name + "'", "GET /v1/pipelines lists all there are");
    }

    private static Answer changed(RestContext context, String name, Change change) throws InterruptedException {
        if (!context.worker().stays()) {
            throw Problem.conflict(
                    "the worker is a 'mainstem run', which ends when its pipelines are done",
                    "use 'mainstem serve', or stop the process");
        }
        if (!change.make(context.worker(), name)) {
            throw unknown(name);
        }
        return one(context, name);
    }

    private static Answer validate(RestContext context, Call call) throws Exception {
        byte[] text = call.body();
        return Answer.of(context.plugins()
                .call(() -> ValidateCommand.json(PipelineReader.check(text, POSTED, context.connectors()))));
    }
}
