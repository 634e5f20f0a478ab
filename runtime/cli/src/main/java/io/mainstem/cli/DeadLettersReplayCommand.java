package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.BackfillName;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.Replay;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command
final class DeadLettersReplayCommand implements Command {

    @Option(
            names = "--force",
            description = "Also those of whose key a later record has landed, which they will overwrite.")
    private boolean force;

    @Mixin
    private LetterFlags.Chosen chosen = new LetterFlags.Chosen();

    @Mixin
    private LetterFlags.Filter filter = new LetterFlags.Filter();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            List<Letter> letters = DeadLetters.read(log).all();
            filter.sayUnknown(letters, console);
            Map<Letter, String> refused = chosen.notOpen(letters);
            Predicate<Letter> wanted = chosen.toPredicate(filter, letters);
            Replay.Outcome sent = Replay.send(log, Clock.systemUTC(), wanted, force);
            console.owner().ifPresent(owner -> owner.worker().lookForReplays());
            refused.putAll(sent.refused());
            Replay.Outcome outcome = new Replay.Outcome(sent.sent(), refused);
            if (json) {
                console.result(json(outcome).toPrettyString());
            } else {
                print(outcome, console);
            }
            return outcome.refused().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    static ObjectNode json(Replay.Outcome outcome) {
        ObjectNode object = JsonResult.object();
        ArrayNode sent = object.putArray("sent");
        outcome.sent().forEach(letter -> sent.add(letter.id()));
        ArrayNode refused = object.putArray("refused");
        outcome.refused()
                .forEach((letter, why) ->
                        refused.addObject().put("id", letter.id()).put("why", why));
        return object;
    }

    private static void sayOf(DeadLetter.Side side, Replay.Outcome outcome, String one, String many, Console console) {
        List<Letter> sent = outcome.sent().stream()
                .filter(letter -> letter.owner().side() == side)
                .toList();
        if (sent.isEmpty()) {
            return;
        }
        long owners = sent.stream().map(Letter::owner).distinct().count();
        console.result("sent " + Units.count(sent.size()) + (sent.size() == 1 ? " dead letter" : " dead letters")
                + " to " + (owners == 1 ? one : owners + " " + many) + "; they arrive "
                + (side == DeadLetter.Side.SOURCE
                        ? "with its next run ('mainstem runs start'), or at once while it reads continuously"
                        : "while the pipeline runs"));
    }

    private static void print(Replay.Outcome outcome, Console console) {
        outcome.refused()
                .forEach((letter, why) -> console.say(
                        "not sent: " + letter.id() + " (" + letter.head().origin() + "): " + why));
        if (outcome.sent().isEmpty()) {
            console.result("sent no dead letter");
            return;
        }
        sayOf(DeadLetter.Side.SINK, outcome, "its sink", "sinks", console);
        sayOf(DeadLetter.Side.SOURCE, outcome, "the steps of its source", "sources", console);
        if (outcome.sent().stream()
                .anyMatch(letter -> BackfillName.isOne(letter.owner().name()))) {
            console.say(
                    "those of a backfill arrive when the same backfill command is given again: with the same times, and with"
                            + " what it set");
        }
    }
}
