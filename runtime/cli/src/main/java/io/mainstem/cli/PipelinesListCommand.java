package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class PipelinesListCommand implements Command {

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        Owner owner = console.owner().orElseThrow(() -> StatusCommand.nobody(data.folder(console)));
        List<PipelineStatus> pipelines = owner.worker().pipelines();
        if (json) {
            ArrayNode array = JsonResult.array();
            pipelines.forEach(pipeline -> array.add(json(pipeline, console)));
            console.result(array.toPrettyString());
        } else {
            TextTable table = new TextTable("PIPELINE", "STATE", "READ", "WRITTEN", "LAG", "FILE", "FAILURE");
            for (PipelineStatus pipeline : pipelines) {
                table.row(
                        pipeline.pipeline().name(),
                        state(pipeline) + TaskReport.next(pipeline.nextRun()),
                        Units.count(records(pipeline, TaskStatus.Side.SOURCE)),
                        Units.count(records(pipeline, TaskStatus.Side.SINK)),
                        lag(pipeline) < 0 ? "-" : Units.count(lag(pipeline)),
                        console.place(pipeline.pipeline().file()),
                        pipeline.failure().map(Object::toString).orElse("-"));
            }
            table.print(console);
        }
        return ExitCode.DONE;
    }

    static ObjectNode json(PipelineStatus pipeline, Console console) {
        ObjectNode node = JsonResult.object();
        node.put("pipeline", pipeline.pipeline().name())
                .put("state", state(pipeline))
                .put("file", console.place(pipeline.pipeline().file()));
        pipeline.pausedSince().map(Instant::toString).ifPresent(since -> node.put("pausedSince", since));
        pipeline.nextRun().map(Instant::toString).ifPresent(next -> node.put("nextRun", next));
        pipeline.failure().ifPresent(failure -> node.put("failure", failure.toString()));
        node.set("tasks", TaskReport.json(pipeline.tasks()));
        return node;
    }

    static String state(PipelineStatus pipeline) {
        return pipeline.state().name().toLowerCase(Locale.ROOT);
    }

    static long records(PipelineStatus pipeline, TaskStatus.Side side) {
        return pipeline.tasks().stream()
                .filter(task -> task.side() == side)
                .mapToLong(TaskStatus::records)
                .sum();
    }

    /** What its sinks have still to read, or -1 when none of them knows. */
    static long lag(PipelineStatus pipeline) {
        return pipeline.tasks().stream()
                .mapToLong(TaskStatus::lag)
                .filter(lag -> lag >= 0)
                .reduce(Long::sum)
                .orElse(-1);
    }
}
