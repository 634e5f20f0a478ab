package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import java.time.Clock;
import java.util.function.Predicate;
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
            Predicate<Letter> wanted =
                    chosen.toPredicate(filter, DeadLetters.read(log).all());
            int dropped = DeadLetters.drop(log, Clock.systemUTC(), wanted);
            console.result("dropped " + Units.count(dropped) + (dropped == 1 ? " dead letter" : " dead letters")
                    + "; they stay in their topic");
            return ExitCode.DONE;
        }
    }
}
