package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterCause;
import io.mainstem.runtime.delivery.LetterState;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class DeadLettersCausesCommand implements Command {

    @Mixin
    private LetterFlags.Filter filter = new LetterFlags.Filter();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    /** Letters of one owner that have one cause. */
    private record Group(DeadLetter.Owner owner, String cause) {}

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            List<Letter> letters = DeadLetters.read(log).all();
            filter.sayUnknown(letters, console);
            List<List<Letter>> groups = byCause(letters, filter.toFilter());
            if (json) {
                console.result(json(groups).toPrettyString());
            } else {
                print(groups, console);
            }
            return ExitCode.DONE;
        }
    }

    /** Those that are open and meant, together with those of the same cause; the most first. */
    static List<List<Letter>> byCause(List<Letter> letters, LetterFilter filter) {
        Map<Group, List<Letter>> groups = letters.stream()
                .filter(letter -> letter.state() == LetterState.OPEN)
                .filter(filter)
                .collect(Collectors.groupingBy(
                        letter ->
                                new Group(letter.owner(), letter.head().cause().digest()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return groups.values().stream()
                .sorted(Comparator.comparingInt(Collection<Letter>::size).reversed())
                .toList();
    }

    static ArrayNode json(List<List<Letter>> groups) {
        ArrayNode array = JsonResult.array();
        groups.forEach(letters -> add(array, letters));
        return array;
    }

    private static void add(ArrayNode array, List<Letter> letters) {
        Letter last = letters.get(letters.size() - 1);
        LetterCause cause = last.head().cause();
        var object = array.addObject()
                .put("cause", cause.digest())
                .put("letters", letters.size())
                .put("pipeline", last.owner().pipeline())
                .put(last.owner().side().word(), last.owner().name())
                .put("error", cause.errorClass());
        cause.code().ifPresent(code -> object.put("code", code));
        object.put("first", LetterText.time(letters.get(0).head().time()))
                .put("last", LetterText.time(last.head().time()))
                .put("reason", cause.message())
                .put("letter", last.id());
    }

    private static void print(List<List<Letter>> groups, Console console) {
        TextTable table = new TextTable("CAUSE", "LETTERS", "OF", "CODE", "FIRST", "LAST", "SUCH AS");
        for (List<Letter> letters : groups) {
            Letter last = letters.get(letters.size() - 1);
            LetterCause cause = last.head().cause();
            table.row(
                    cause.digest(),
                    Units.count(letters.size()),
                    last.owner(),
                    cause.code().orElse("-"),
                    LetterText.time(letters.get(0).head().time()),
                    LetterText.time(last.head().time()),
                    LetterText.firstLine(cause.message()));
        }
        table.print(console);
    }
}
