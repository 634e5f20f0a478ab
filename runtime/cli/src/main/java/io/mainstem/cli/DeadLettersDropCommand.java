package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterState;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class DeadLettersDropCommand implements Command {

    @Mixin
    private LetterFlags.Chosen chosen = new LetterFlags.Chosen();

    @Mixin
    private LetterFlags.Filter filter = new LetterFlags.Filter();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            List<Letter> all = DeadLetters.read(log).all();
            List<Letter> open = all.stream()
                    .filter(chosen.toPredicate(filter, all))
                    .filter(letter -> letter.state() == LetterState.OPEN)
                    .toList();
            DeadLetters.drop(log, Clock.systemUTC(), open);
            console.result("dropped " + Units.count(open.size()) + (open.size() == 1 ? " dead letter" : " dead letters")
                    + "; they stay in their topic");
            return ExitCode.DONE;
        }
    }
}
