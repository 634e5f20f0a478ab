package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class PipelinesListCommand implements Command {

    /** Begins what is said of a pipeline whose file is not right any more. */
    static final String EARLIER = "its earlier text is used, since the file is not valid: ";

    private static final String INVALID = "invalid";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        Owner owner = console.owner().orElseThrow(() -> StatusCommand.nobody(data.folder(console)));
        if (json) {
            console.result(json(owner, console).toPrettyString());
        } else {
            print(owner, owner.worker().pipelines(), console);
        }
        return ExitCode.DONE;
    }

    /** All pipelines, and the files of which nothing runs. */
    static ArrayNode json(Owner owner, Console console) {
        List<PipelineStatus> pipelines = owner.worker().pipelines();
        ArrayNode array = JsonResult.array();
        pipelines.forEach(pipeline -> array.add(json(owner, pipeline, console)));
        leftOut(owner, pipelines)
                .forEach(problem -> array.addObject()
                        .put("state", INVALID)
                        .put("file", console.place(problem.file()))
                        .put("fileProblem", FileProblems.text(problem, console))
                        .putArray("tasks"));
        return array;
    }

    private static void print(Owner owner, List<PipelineStatus> pipelines, Console console) {
        TextTable table = new TextTable("PIPELINE", "STATE", "READ", "WRITTEN", "LAG", "FILE", "FAILURE");
        for (PipelineStatus pipeline : pipelines) {
            long lag = owner.worker().lag(pipeline.pipeline());
            table.row(
                    pipeline.pipeline().name(),
                    state(pipeline) + TaskReport.next(pipeline.nextRun()),
                    Units.count(records(pipeline, TaskStatus.Side.SOURCE)),
                    Units.count(records(pipeline, TaskStatus.Side.SINK)),
                    lag < 0 ? "-" : Units.count(lag),
                    console.place(pipeline.pipeline().file()),
                    failure(owner, pipeline, console));
        }
        leftOut(owner, pipelines)
                .forEach(problem -> table.row(
                        "-",
                        INVALID,
                        "-",
                        "-",
                        "-",
                        console.place(problem.file()),
                        FileProblems.text(problem, console)));
        table.print(console);
    }

    /** Why it does not work, and why its file does not count. */
    private static String failure(Owner owner, PipelineStatus pipeline, Console console) {
        String file = owner.fileProblems()
                .first(pipeline.pipeline().file())
                .map(problem -> EARLIER + FileProblems.text(problem, console))
                .orElse("");
        String own = pipeline.failure().map(Object::toString).orElse("");
        String both = own.isEmpty() || file.isEmpty() ? own + file : own + "; " + file;
        return both.isEmpty() ? "-" : both;
    }

    /** Files of which nothing runs. */
    private static List<ConfigProblem> leftOut(Owner owner, List<PipelineStatus> pipelines) {
        return owner.fileProblems().firsts().stream()
                .filter(problem -> pipelines.stream()
                        .noneMatch(pipeline -> pipeline.pipeline().file().equals(problem.file())))
                .toList();
    }

    static ObjectNode json(Owner owner, PipelineStatus pipeline, Console console) {
        ObjectNode node = JsonResult.object();
        node.put("pipeline", pipeline.pipeline().name())
                .put("state", state(pipeline))
                .put("file", console.place(pipeline.pipeline().file()));
        owner.fileProblems()
                .first(pipeline.pipeline().file())
                .ifPresent(problem -> node.put("fileProblem", FileProblems.text(problem, console)));
        long lag = owner.worker().lag(pipeline.pipeline());
        if (lag >= 0) {
            node.put("lag", lag);
        }
        pipeline.pausedSince().map(Instant::toString).ifPresent(since -> node.put("pausedSince", since));
        pipeline.nextRun().map(Instant::toString).ifPresent(next -> node.put("nextRun", next));
        pipeline.failure().ifPresent(failure -> node.put("failure", failure.toString()));
        node.set("tasks", TaskReport.json(pipeline.tasks()));
        return node;
    }

    static String state(PipelineStatus pipeline) {
        return state(pipeline.state());
    }

    static String state(PipelineStatus.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static long records(PipelineStatus pipeline, TaskStatus.Side side) {
        return pipeline.tasks().stream()
                .filter(task -> task.side() == side)
                .mapToLong(TaskStatus::records)
                .sum();
    }
}
