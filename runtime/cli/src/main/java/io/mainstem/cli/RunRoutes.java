package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.runtime.delivery.Run;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Call;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The routes about runs of sources. */
final class RunRoutes {

    private static final Shape RUN = Shape.object(
            "Run",
            "A reading of a source to the end of what was there.",
            required("id", Shape.text(), "What it is known by: pipeline/source/number."),
            required("pipeline", Shape.text(), "The pipeline of its source."),
            required("source", Shape.text(), "Its source."),
            required("number", Shape.integer(), "The how manieth run of the source it is, from 1."),
            required("trigger", Shape.text(), "Why it began: start, schedule, misfire or hand."),
            required("schedule", Shape.text(), "The schedule that the source had."),
            required("start", Shape.text(), "When it began, in ISO 8601."),
            optional("end", Shape.text(), "When it ended, in ISO 8601, if it has."),
            required("outcome", Shape.text(), "running, done, failed, stopped or interrupted."),
            required("records", Shape.integer(), "Records that it committed."),
            required("bytes", Shape.integer(), "Bytes of their keys and values."),
            required("deadLetters", Shape.integer(), "Records that went to the dead letters."),
            optional("failure", Shape.text(), "Why it failed, if it did."));

    private static final Shape STARTED = Shape.object(
            "StartedRun",
            "A source of which a run begins.",
            required("pipeline", Shape.text(), "Its pipeline."),
            required("source", Shape.text(), "Its name."));

    private static final String PIPELINE = "pipeline";
    private static final String SOURCE = "source";
    private static final String NUMBER = "number";

    private RunRoutes() {}

    static List<Route> all(Supplier<RestContext> context) {
        return List.of(
                ListLimit.on(Route.get(
                                "/v1/runs",
                                "listRuns",
                                "Runs of sources, the latest first.",
                                Shape.list(RUN),
                                call -> list(context.get(), call))
                        .query(PIPELINE, "Only the runs of this pipeline.")
                        .query(
                                "since",
                                "Only runs that began at this time or later: 2026-01-31T00:00:00Z, or a time ago such"
                                        + " as 24h.")),
                Route.get(
                                "/v1/runs/{pipeline}/{source}/{number}",
                                "getRun",
                                "One run.",
                                RUN,
                                call -> Answer.of(Runs.json(Runs.find(id(call), runs(context.get())))))
                        .path(PIPELINE, "The name of the pipeline.")
                        .path(SOURCE, "The name of the source.")
                        .path(NUMBER, "The number of the run."),
                Route.post(
                                "/v1/runs/{pipeline}/{source}/start",
                                "startRun",
                                "Starts a run of a source now. Answers when it was told to begin.",
                                STARTED,
                                call -> start(context.get(), call))
                        .path(PIPELINE, "The name of the pipeline.")
                        .path(SOURCE, "The name of the source.")
                        .refusing(
                                409,
                                "A run of it goes on, it reads continuously, its pipeline is paused, or the worker is one"
                                        + " of 'mainstem run' and the source is done."));
    }

    private static List<Run> runs(RestContext context) {
        return context.worker().history().all();
    }

    private static Answer list(RestContext context, Call call) {
        Instant from = call.query("since")
                .map(text -> Times.parse("since", text, Clock.systemUTC()))
                .orElse(Instant.MIN);
        return Answer.of(Runs.json(Runs.some(runs(context), call.query(PIPELINE), from, ListLimit.of(call))));
    }

    private static String id(Call call) {
        return source(call) + "/" + call.path(NUMBER);
    }

    private static String source(Call call) {
        return call.path(PIPELINE) + "/" + call.path(SOURCE);
    }

    private static Answer start(RestContext context, Call call) throws InterruptedException {
        RunsStartCommand.start(context.worker(), source(call));
        return Answer.of(
                JsonResult.object().put("pipeline", call.path(PIPELINE)).put("source", call.path(SOURCE)));
    }
}
