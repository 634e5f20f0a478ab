package io.mainstem.cli;

import io.mainstem.runtime.fixture.Fixtures;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.pipeline.Fixture;
import io.mainstem.runtime.pipeline.FixtureFile;
import io.mainstem.runtime.pipeline.FixtureMasks;
import io.mainstem.runtime.pipeline.Outside;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.TestCase;
import io.mainstem.runtime.pipeline.TestCase.Given;
import io.mainstem.runtime.pipeline.TestCase.Replay;
import io.mainstem.runtime.pipeline.TestRun;
import io.mainstem.runtime.worker.Failure;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs tests on what was recorded of sources; plays each source once, for all tests of it. One thread. */
final class FixturePlayer {

    private final Secrets secrets;
    private final Outside outside;
    private final Map<Key, Played> played = new HashMap<>();

    /** What a play depends on. */
    private record Key(java.nio.file.Path fixture, String pipeline, String source) {}

    /**
     * What came of it.
     *
     * @param failure why nothing did, or the empty text
     */
    private record Played(List<Given> given, Clock clock, String failure) {}

    FixturePlayer(Secrets secrets, Outside outside) {
        this.secrets = secrets;
        this.outside = outside;
    }

    /** Runs a test whose messages come from a fixture. */
    TestRun run(TestCase test) throws InterruptedException {
        Replay replay = test.replay().orElseThrow();
        Key key = new Key(
                replay.fixture(), replay.pipeline().name(), replay.source().name());
        if (!played.containsKey(key)) {
            played.put(key, play(replay));
        }
        Played come = played.getOrDefault(key, failed(""));
        if (!come.failure().isEmpty()) {
            return TestRun.failed(test, secrets.scrub(come.failure()));
        }
        List<Given> chosen = come.given().stream()
                .filter(given -> replay.stream().isEmpty()
                        || replay.stream().get().equals(given.stream().name()))
                .toList();
        if (chosen.isEmpty()) {
            return TestRun.failed(
                    test,
                    "the source has no stream '" + replay.stream().orElse("") + "', but "
                            + come.given().stream()
                                    .map(given -> given.stream().name())
                                    .collect(Collectors.joining(", ")));
        }
        return TestRun.of(test, come.clock(), chosen);
    }

    private Played play(Replay replay) throws InterruptedException {
        FixtureFile.Result read = FixtureFile.read(replay.fixture(), outside);
        if (read.fixture().isEmpty()) {
            return failed(read.problems().stream().map(ConfigProblem::toString).collect(Collectors.joining("; ")));
        }
        Fixture fixture = read.fixture().get();
        String connector = replay.source().connector();
        if (!fixture.connector().equals(connector)) {
            return failed(replay.fixture() + " was recorded of the connector '" + fixture.connector()
                    + "', and the source has '" + connector + "'");
        }
        try {
            FixtureMasks masks = FixtureMasks.of(replay.pipeline(), secrets, outside);
            List<Given> given =
                    Fixtures.of(replay.pipeline(), replay.source(), secrets).play(fixture, masks);
            return new Played(given, Clock.fixed(fixture.time(), ZoneOffset.UTC), "");
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return failed(Failure.of(e).toString());
        }
    }

    private static Played failed(String why) {
        return new Played(List.of(), Clock.systemUTC(), why);
    }
}
