package io.mainstem.cli;

import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.Letter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The flags that say which dead letters are meant. */
final class LetterFlags {

    private static final int ID_CHARACTERS_LEAST = 4;

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
                description = "Only those of this time and later: 2026-01-31T00:00:00Z.")
        private @Nullable String since;

        @Option(names = "--until", paramLabel = "TIME", description = "Only those before this time.")
        private @Nullable String until;

        /** Whether it leaves anything out. */
        boolean isSet() {
            return Stream.of(pipeline, sink, source, cause, since, until).anyMatch(Objects::nonNull);
        }

        Predicate<Letter> toPredicate() {
            Instant from = since == null ? Instant.MIN : time("--since", since);
            Instant to = until == null ? Instant.MAX : time("--until", until);
            return letter -> isOf(letter.owner())
                    && (cause == null || letter.head().cause().digest().equals(cause))
                    && !letter.head().time().isBefore(from)
                    && letter.head().time().isBefore(to);
        }

        private boolean isOf(DeadLetter.Owner owner) {
            return (pipeline == null || owner.pipeline().equals(pipeline))
                    && (sink == null
                            || owner.side() == DeadLetter.Side.SINK
                                    && owner.name().equals(sink))
                    && (source == null
                            || owner.side() == DeadLetter.Side.SOURCE
                                    && owner.name().equals(source));
        }

        private static Instant time(String flag, String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw CommandException.usage(
                        flag + " is '" + text + "'; it must be a time such as 2026-01-31T00:00:00Z");
            }
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

        Predicate<Letter> toPredicate(Filter filter, List<Letter> letters) {
            if (ids.isEmpty() && !filter.isSet() && !all) {
                throw CommandException.usage("say which dead letters: their ids, a filter such as --cause, or --all");
            }
            List<String> found = ids.stream().map(id -> find(id, letters).id()).toList();
            return filter.toPredicate().and(letter -> found.isEmpty() || found.contains(letter.id()));
        }
    }

    /** The one letter whose id begins so. */
    static Letter find(String id, List<Letter> letters) {
        List<Letter> found =
                letters.stream().filter(letter -> letter.id().startsWith(id)).toList();
        if (found.isEmpty() || id.length() < ID_CHARACTERS_LEAST) {
            throw CommandException.failed(
                    "there is no dead letter '" + id + "'; see 'mainstem dead-letters list --state all'");
        }
        if (found.size() > 1) {
            throw CommandException.failed(
                    "there are " + found.size() + " dead letters whose ids begin with '" + id + "'; write more of it");
        }
        return found.get(0);
    }
}
