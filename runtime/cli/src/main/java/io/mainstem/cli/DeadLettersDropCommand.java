package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
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
            List<Letter> letters = DeadLetters.read(log).all();
            filter.sayUnknown(letters, console);
            Map<Letter, String> refused = chosen.notOpen(letters);
            Predicate<Letter> wanted = chosen.toPredicate(filter, letters);
            int dropped = DeadLetters.drop(log, Clock.systemUTC(), wanted);
            console.result("dropped " + Units.count(dropped) + (dropped == 1 ? " dead letter" : " dead letters")
                    + "; they stay in their topic");
            refused.forEach((letter, why) -> console.say("not dropped: " + letter.id() + ": " + why));
            return refused.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
