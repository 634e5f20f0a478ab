package io.mainstem.cli;

import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterState;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which dead letters are meant, by what is known of them. Immutable.
 *
 * @param pipeline only those of this pipeline
 * @param sink only those of this sink
 * @param source only those of this source
 * @param cause only those of this cause
 * @param since only those of this time and later
 * @param until only those before this time
 */
record LetterFilter(
        Optional<String> pipeline,
        Optional<String> sink,
        Optional<String> source,
        Optional<String> cause,
        Optional<Instant> since,
        Optional<Instant> until)
        implements Predicate<Letter> {

    /** What a filter can say, in order. */
    static final List<String> NAMES = List.of("pipeline", "sink", "source", "cause", "since", "until");

    private static final int ID_CHARACTERS_LEAST = 4;

    /**
     * A filter as somebody has written it.
     *
     * @param written what was written behind one of {@link #NAMES}, if anything was
     * @param mark what stands before a name where it was written, for messages
     */
    static LetterFilter of(Function<String, Optional<String>> written, String mark, Clock clock) {
        return new LetterFilter(
                written.apply("pipeline"),
                written.apply("sink"),
                written.apply("source"),
                written.apply("cause"),
                written.apply("since").map(text -> Times.parse(mark + "since", text, clock)),
                written.apply("until").map(text -> Times.parse(mark + "until", text, clock)));
    }

    /** Whether it leaves anything out. */
    boolean isSet() {
        return Stream.of(pipeline, sink, source, cause, since, until).anyMatch(Optional::isPresent);
    }

    @Override
    public boolean test(Letter letter) {
        DeadLetter.Owner owner = letter.owner();
        Instant time = letter.head().time();
        return fits(pipeline, owner.pipeline())
                && (sink.isEmpty() || owner.side() == DeadLetter.Side.SINK && fits(sink, owner.name()))
                && (source.isEmpty() || owner.side() == DeadLetter.Side.SOURCE && fits(source, owner.name()))
                && fits(cause, letter.head().cause().digest())
                && !time.isBefore(since.orElse(Instant.MIN))
                && time.isBefore(until.orElse(Instant.MAX));
    }

    private static boolean fits(Optional<String> wish, String value) {
        return wish.isEmpty() || wish.get().equals(value);
    }

    /** What is to be said of names that no letter of any state has. */
    List<String> unknown(List<Letter> letters) {
        List<String> unknown = new ArrayList<>();
        addUnknown("pipeline", pipeline, letters, owner -> true, DeadLetter.Owner::pipeline, unknown);
        addUnknown(
                "sink", sink, letters, owner -> owner.side() == DeadLetter.Side.SINK, DeadLetter.Owner::name, unknown);
        addUnknown(
                "source",
                source,
                letters,
                owner -> owner.side() == DeadLetter.Side.SOURCE,
                DeadLetter.Owner::name,
                unknown);
        return unknown;
    }

    private static void addUnknown(
            String what,
            Optional<String> wanted,
            List<Letter> letters,
            Predicate<DeadLetter.Owner> isOne,
            Function<DeadLetter.Owner, String> name,
            List<String> unknown) {
        SortedSet<String> known = letters.stream()
                .map(Letter::owner)
                .filter(isOne)
                .map(name)
                .collect(Collectors.toCollection(TreeSet::new));
        wanted.filter(one -> !known.contains(one))
                .ifPresent(one -> unknown.add("there is no dead letter of " + what + " '" + one + "'"
                        + (known.isEmpty() ? "" : "; there are some of " + String.join(", ", known))));
    }

    /** Those in a state, which {@code all} leaves open. */
    static Predicate<Letter> inState(String name, String state) {
        if (state.equals("all")) {
            return letter -> true;
        }
        return Arrays.stream(LetterState.values())
                .filter(known -> known != LetterState.WITHDRAWN && known.word().equals(state))
                .<Predicate<Letter>>map(known -> letter -> letter.state() == known)
                .findFirst()
                .orElseThrow(() -> CommandException.usage(
                        name + " is '" + state + "'; it must be open, replayed, dropped or all"));
    }

    /**
     * The letters that a change means: by their ids, by what is known of them, or all.
     *
     * @param ids their ids or the beginnings of them
     * @param letters those there are
     */
    Predicate<Letter> choose(List<String> ids, boolean all, List<Letter> letters) {
        if (ids.isEmpty() && !isSet() && !all) {
            throw CommandException.usage("say which dead letters: their ids, a filter such as the cause, or all");
        }
        List<String> found = ids.stream().map(id -> find(id, letters).id()).toList();
        Predicate<Letter> chosen = and(letter -> found.isEmpty() || found.contains(letter.id()));
        if (!all && letters.stream().noneMatch(letter -> isMeant(letter, found, chosen))) {
            throw CommandException.failed("no open dead letter is meant; see 'mainstem dead-letters list' with the same"
                    + " filter, and 'mainstem dead-letters causes'");
        }
        return chosen;
    }

    /** Of a letter that was named, it is told that it is not open. */
    private static boolean isMeant(Letter letter, List<String> named, Predicate<Letter> chosen) {
        return chosen.test(letter) && (letter.state() == LetterState.OPEN || named.contains(letter.id()));
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
