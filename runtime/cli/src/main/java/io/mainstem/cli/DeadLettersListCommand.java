package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command
final class DeadLettersListCommand implements Command {

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only those that are open (the default), replayed or dropped; or all.")
    private String state = "open";

    @Mixin
    private LetterFlags.Filter filter = new LetterFlags.Filter();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        Predicate<Letter> wanted = filter.toFilter().and(LetterFilter.inState("--state", state));
        try (Log log = data.open(console)) {
            List<Letter> all = DeadLetters.read(log).all();
            filter.sayUnknown(all, console);
            List<Letter> letters = all.stream().filter(wanted).toList();
            if (json) {
                console.result(json(letters).toPrettyString());
            } else {
                print(letters, console);
            }
            return ExitCode.DONE;
        }
    }

    static ArrayNode json(List<Letter> letters) {
        ArrayNode array = JsonResult.array();
        letters.forEach(letter -> array.add(LetterText.json(letter)));
        return array;
    }

    private static void print(List<Letter> letters, Console console) {
        TextTable table = new TextTable("ID", "TIME", "OF", "FROM", "CAUSE", "CODE", "TRIED", "STATE", "REASON");
        for (Letter letter : letters) {
            table.row(
                    letter.id(),
                    LetterText.time(letter.head().time()),
                    letter.owner(),
                    letter.head().origin(),
                    letter.head().cause().digest(),
                    letter.head().cause().code().orElse("-"),
                    letter.head().attempts(),
                    LetterText.state(letter),
                    LetterText.firstLine(letter.head().cause().message()));
        }
        table.print(console);
    }
}
