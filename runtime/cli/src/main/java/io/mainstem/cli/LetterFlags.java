package io.mainstem.cli;

import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The flags that say which dead letters are meant. */
final class LetterFlags {

    private LetterFlags() {}

    /** By what is known of them. */
    static final class Filter {

        @Option(names = "--pipeline", paramLabel = "NAME", description = "Only those of this pipeline.")
        private @Nullable String pipeline;

        @Option(names = "--sink", paramLabel = "NAME", description = "Only those of this sink.")
        private @Nullable String sink;

        @Option(names = "--source", paramLabel = "NAME", description = "Only those of this source.")
        private @Nullable String source;

        @Option(names = "--cause", paramLabel = "CAUSE", description = "Only those of this cause; see 'causes'.")
        private @Nullable String cause;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description = "Only those of this time and later: 2026-01-31T00:00:00Z, or how long ago, such as 24h.")
        private @Nullable String since;

        @Option(names = "--until", paramLabel = "TIME", description = "Only those before this time.")
        private @Nullable String until;

        LetterFilter toFilter() {
            Map<String, @Nullable String> written = new HashMap<>();
            written.put("pipeline", pipeline);
            written.put("sink", sink);
            written.put("source", source);
            written.put("cause", cause);
            written.put("since", since);
            written.put("until", until);
            return LetterFilter.of(name -> Optional.ofNullable(written.get(name)), "--", Clock.systemUTC());
        }

        /** Says which of the names are those of no letter: a name may be misspelt, and then nothing is found. */
        void sayUnknown(List<Letter> letters, Console console) {
            toFilter().unknown(letters).forEach(console::say);
        }
    }

    /** Of a command that changes something: by their ids, by what is known of them, or all. */
    static final class Chosen {

        @Parameters(
                arity = "0..*",
                paramLabel = "ID",
                description = "The letters, by their ids or the beginnings of them.")
        private List<String> ids = new ArrayList<>();

        @Option(names = "--all", description = "All that are open.")
        private boolean all;

        /** Those named by their ids with which nothing is to be done any more, and why. */
        Map<Letter, String> notOpen(List<Letter> letters) {
            return LetterFlags.notOpen(ids, letters);
        }

        Predicate<Letter> toPredicate(Filter filter, List<Letter> letters) {
            return filter.toFilter().choose(ids, all, letters);
        }
    }

    /** Those of some letters that are not open, and why nothing is done with them. */
    static Map<Letter, String> notOpen(List<String> ids, List<Letter> letters) {
        Map<Letter, String> done = new LinkedHashMap<>();
        ids.stream()
                .map(id -> LetterFilter.find(id, letters))
                .filter(letter -> letter.state() != LetterState.OPEN)
                .forEach(letter -> done.put(
                        letter, "it is not open: it is " + letter.state().word() + " already"));
        return done;
    }
}
