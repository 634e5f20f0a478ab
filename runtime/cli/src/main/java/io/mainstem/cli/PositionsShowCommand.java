package io.mainstem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.SourceState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class PositionsShowCommand implements Command {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(arity = "0..1", paramLabel = "PIPELINE/SOURCE", description = "The source; all by default.")
    private @Nullable String source;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            if (log.admin().topic(Positions.TOPIC).isEmpty()) {
                throw CommandException.failed("no source has read anything yet");
            }
            try (Positions positions = Positions.open(log)) {
                List<SourceName> sources =
                        source == null ? positions.sources() : List.of(SourceNames.parse(source, positions.sources()));
                show(positions, sources, json, console);
            }
            return ExitCode.DONE;
        }
    }

    private static void show(Positions positions, List<SourceName> sources, boolean json, Console console) {
        ArrayNode array = JsonResult.array();
        TextTable table = new TextTable("SOURCE", "SPLIT", "STREAM", "STATE", "POSITION");
        for (SourceName name : sources) {
            SourceState state = positions.load(name.pipeline(), name.source());
            for (Split split : state.splits()) {
                Optional<Position> position = state.position(split.id());
                String finished = state.isFinished(split.id()) ? "finished" : "open";
                ObjectNode one = array.addObject()
                        .put("source", name.toString())
                        .put("split", split.id())
                        .put("stream", split.stream())
                        .put("state", finished);
                position.ifPresent(known -> one.set("position", JSON.valueToTree(known.values())));
                table.row(
                        name,
                        split.id(),
                        split.stream(),
                        finished,
                        position.map(known -> JSON.valueToTree(known.values()).toString())
                                .orElse("-"));
            }
        }
        if (json) {
            console.result(array.toPrettyString());
        } else {
            table.print(console);
        }
    }
}
