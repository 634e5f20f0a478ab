package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class PositionsResetCommand implements Command {

    @Parameters(paramLabel = "PIPELINE/SOURCE", description = "The source, which will read again.")
    private String source = "";

    @Option(names = "--split", paramLabel = "ID", description = "Only this split; see 'mainstem positions show'.")
    private @Nullable String split;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            if (log.admin().topic(Positions.TOPIC).isEmpty()) {
                throw CommandException.failed("no source has read anything yet");
            }
            try (Positions positions = Positions.open(log)) {
                SourceName name = SourceNames.parse(source, positions.sources());
                console.owner().ifPresent(owner -> owner.requireUnusedSource(name));
                int forgotten = positions.reset(name, Optional.ofNullable(split));
                if (forgotten == 0) {
                    throw CommandException.failed("source '" + name + "' has nothing stored"
                            + (split == null ? "" : " for a split '" + split + "'"));
                }
                console.result("forgot " + forgotten + (forgotten == 1 ? " entry" : " entries") + " of source '" + name
                        + "'; it reads again at its next start");
            }
            return ExitCode.DONE;
        }
    }
}
