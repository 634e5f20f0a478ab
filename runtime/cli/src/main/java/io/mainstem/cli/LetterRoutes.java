package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterState;
import io.mainstem.runtime.delivery.Replay;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Call;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The routes about dead letters. One call at a time looks at them: a look reads all letters there are, and their memory must not
 * be multiplied by those who ask. Thread-safe.
 */
final class LetterRoutes {

    /** The most letters of one change. */
    static final int CHANGED_MAX = 10_000;

    private static final long PATIENCE_SECONDS = 30;
    private static final String LETTER = "letter";

    private static final Shape.Property[] KNOWN = {
        required("id", Shape.text(), "What it is known by."),
        required("state", Shape.text(), "open, replayed or dropped."),
        required("pipeline", Shape.text(), "Whose it is."),
        optional("source", Shape.text(), "The source whose it is, if it is one's."),
        optional("sink", Shape.text(), "The sink whose it is, if it is one's."),
        required("connector", Shape.text(), "The connector of that."),
        required("origin", Shape.text(), "Where the record came from, for people."),
        optional("topic", Shape.text(), "The topic of a sink's record."),
        optional("topicId", Shape.text(), "The id of that topic."),
        optional("partition", Shape.integer(), "Its partition."),
        optional("offset", Shape.integer(), "Its offset."),
        optional("index", Shape.integer(), "The how manieth message of that record it is."),
        required("time", Shape.text(), "When it became a letter, in ISO 8601."),
        required("attempts", Shape.integer(), "How often it was tried."),
        required("reason", Shape.text(), "What is wrong with it."),
        required("error", Shape.text(), "The class of the exception."),
        optional("code", Shape.text(), "What the target calls it, if it does."),
        required("cause", Shape.text(), "The same for all letters of one cause."),
        required("letterTopic", Shape.text(), "The topic that has the letter."),
        required("letterOffset", Shape.integer(), "Its offset there."),
        optional("edited", Shape.text(), "When it was corrected, in ISO 8601, if it was."),
    };

    private static final Shape SUMMARY =
            Shape.object("DeadLetter", "A record that could not be read or written, without its data.", KNOWN);

    private static final Shape DETAIL = Shape.object(
            "DeadLetterDetail",
            "All of a dead letter.",
            Stream.concat(
                            Stream.of(KNOWN),
                            Stream.of(
                                    required("headers", Shape.any(), "The record's own headers, by name."),
                                    optional("stream", Shape.text(), "The stream of the row that a source gave."),
                                    optional(
                                            "read",
                                            Shape.text(),
                                            "What a source has read: its row as a line of JSON, or the bytes."),
                                    optional("record", Shape.text(), "The record of a sink as a line of JSON."),
                                    optional("corrected", Shape.text(), "The same as it was corrected, if it was."),
                                    optional("keyBytes", Shape.text(), "The bytes of its key, as base64."),
                                    optional("valueBytes", Shape.text(), "The bytes of its value, as base64.")))
                    .toArray(Shape.Property[]::new));

    private static final Shape CAUSE = Shape.object(
            "DeadLetterCause",
            "Open letters of one source or sink that have one cause.",
            required("cause", Shape.text(), "What the cause is known by."),
            required("letters", Shape.integer(), "How many there are."),
            required("pipeline", Shape.text(), "Whose they are."),
            optional("source", Shape.text(), "The source whose they are, if they are one's."),
            optional("sink", Shape.text(), "The sink whose they are, if they are one's."),
            required("error", Shape.text(), "The class of the exception."),
            optional("code", Shape.text(), "What the target calls it, if it does."),
            required("first", Shape.text(), "The time of the first, in ISO 8601."),
            required("last", Shape.text(), "The time of the last, in ISO 8601."),
            required("reason", Shape.text(), "What is wrong with the last."),
            required("letter", Shape.text(), "The id of the last."));

    private static final Shape EDITED = Shape.object(
            "EditedDeadLetter",
            "A letter that was corrected.",
            required("id", Shape.text(), "Its id."),
            required("record", Shape.text(), "Its record as it is now, a line of JSON."));

    private static final Shape.Property[] CHOICE = {
        optional("ids", Shape.list(Shape.text()), "These, by their ids or the beginnings of them."),
        optional("all", Shape.flag(), "All that are open."),
        optional("pipeline", Shape.text(), "Only those of this pipeline."),
        optional("sink", Shape.text(), "Only those of this sink."),
        optional("source", Shape.text(), "Only those of this source."),
        optional("cause", Shape.text(), "Only those of this cause."),
        optional("since", Shape.text(), "Only those of this time and later: an ISO time, or a time ago such as 24h."),
        optional("until", Shape.text(), "Only those before this time."),
    };

    private static final Shape CHOSEN = Shape.object(
            "DeadLetterChoice", "Which letters are meant: ids, or a filter, or all. Only open ones are.", CHOICE);

    private static final Shape REPLAY = Shape.object(
            "DeadLetterReplay",
            "Which letters to send again: ids, or a filter, or all. Only open ones are sent.",
            Stream.concat(
                            Stream.of(CHOICE),
                            Stream.of(optional(
                                    "force",
                                    Shape.flag(),
                                    "Also those of whose key a later record has landed, which they will overwrite.")))
                    .toArray(Shape.Property[]::new));

    private static final Shape REPLAYED = Shape.object(
            "ReplayedDeadLetters",
            "What came of sending letters again.",
            required("sent", Shape.list(Shape.text()), "The ids of those that are on their way."),
            required(
                    "refused",
                    Shape.list(Shape.object(
                            "RefusedDeadLetter",
                            "A letter that was not sent.",
                            required("id", Shape.text(), "Its id."),
                            required("why", Shape.text(), "Why it was not."))),
                    "The others."));

    private static final Shape DROPPED = Shape.object(
            "DroppedDeadLetters",
            "What came of marking letters as dealt with.",
            required("dropped", Shape.integer(), "How many were marked."));

    private static final Set<String> CHOICE_FIELDS = names(CHOICE);
    private static final Set<String> REPLAY_FIELDS =
            Stream.concat(CHOICE_FIELDS.stream(), Stream.of("force")).collect(Collectors.toUnmodifiableSet());
    private static final String HINT =
            "send an object such as {\"ids\":[\"324afb49c2b1bc15\"]}, {\"cause\":\"b5f23bb88aa5\"} or {\"all\":true}";

    private final Supplier<RestContext> context;
    private final Semaphore turn = new Semaphore(1, true);
    /** For whoever has the turn. */
    private SoftReference<@Nullable DeadLetters> read = new SoftReference<>(null);

    private LetterRoutes(Supplier<RestContext> context) {
        this.context = context;
    }

    static List<Route> all(Supplier<RestContext> context) {
        return new LetterRoutes(context).routes();
    }

    private static Set<String> names(Shape.Property... properties) {
        return Stream.of(properties).map(Shape.Property::name).collect(Collectors.toUnmodifiableSet());
    }

    private List<Route> routes() {
        return List.of(
                ListLimit.on(filtered(Route.get(
                                        "/v1/dead-letters",
                                        "listDeadLetters",
                                        "Dead letters without their data, in the order in which they came.",
                                        Shape.list(SUMMARY),
                                        call -> inTurn(() -> list(call)))
                                .query("state", "Only those that are open (the default), replayed or dropped; or all."))
                        .query("after", "Only those behind the one of this id: the last of the answer before.")),
                filtered(Route.get(
                        "/v1/dead-letter-causes",
                        "listDeadLetterCauses",
                        "Open dead letters, counted by their cause; the most first.",
                        Shape.list(CAUSE),
                        call -> inTurn(() -> causes(call)))),
                Route.get(
                                "/v1/dead-letters/{letter}",
                                "getDeadLetter",
                                "All of a dead letter. It shows data, and so needs a token.",
                                DETAIL,
                                call -> inTurn(() -> show(call)))
                        .path(LETTER, "The id of the letter, or the beginning of it.")
                        .withToken(),
                Route.post(
                                "/v1/dead-letters/{letter}/edit",
                                "editDeadLetter",
                                "Corrects the value of a dead letter. The original stays in it; the last correction holds.",
                                EDITED,
                                call -> inTurn(() -> edit(call)))
                        .path(LETTER, "The id of the letter, or the beginning of it.")
                        .query(
                                "codec",
                                "How to write the value: avro, json, text or bytes; as the others of its topic by default.")
                        .body(
                                "application/json",
                                Shape.any(),
                                "The value: an object for a topic of rows, else the value itself; at most 3 MiB.")
                        .refusing(409, "It was replayed or dropped, or is what a source could make no row of."),
                Route.post(
                                "/v1/dead-letters/replay",
                                "replayDeadLetters",
                                "Sends open dead letters to their sinks, or through the steps of their sources, again, each once; at most "
                                        + CHANGED_MAX + " with one call.",
                                REPLAYED,
                                call -> inTurn(() -> replay(call)))
                        .body("application/json", REPLAY, "Which."),
                Route.post(
                                "/v1/dead-letters/drop",
                                "dropDeadLetters",
                                "Marks open dead letters as dealt with; at most " + CHANGED_MAX
                                        + " with one call. They stay in their topic.",
                                DROPPED,
                                call -> inTurn(() -> drop(call)))
                        .body("application/json", CHOSEN, "Which."));
    }

    private static Route filtered(Route route) {
        return route.query("pipeline", "Only those of this pipeline.")
                .query("sink", "Only those of this sink.")
                .query("source", "Only those of this source.")
                .query("cause", "Only those of this cause.")
                .query("since", "Only those of this time and later: 2026-01-31T00:00:00Z, or a time ago such as 24h.")
                .query("until", "Only those before this time.")
                .refusing(429, "Others look at the dead letters.");
    }

    private Answer inTurn(Callable<Answer> look) throws Exception {
        if (!turn.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new Problem(
                    429, "too-many-looks", "others look at the dead letters already", "try again in some seconds");
        }
        try {
            return look.call();
        } finally {
            turn.release();
        }
    }

    private List<Letter> letters() {
        return deadLetters().all();
    }

    /** Those there are now. What was read before is kept while there is memory for it, so that a page costs no more than itself. */
    private DeadLetters deadLetters() {
        DeadLetters known = read.get();
        if (known != null) {
            known.readOn();
            return known;
        }
        DeadLetters fresh = DeadLetters.read(context.get().log());
        read = new SoftReference<>(fresh);
        return fresh;
    }

    private static LetterFilter filter(Call call) {
        return LetterFilter.of(call::query, "", Clock.systemUTC());
    }

    private Answer list(Call call) {
        List<Letter> all = letters();
        int from = call.query("after")
                .map(id -> all.indexOf(LetterFilter.find(id, all)) + 1)
                .orElse(0);
        return Answer.of(DeadLettersListCommand.json(all.subList(from, all.size()).stream()
                .filter(filter(call))
                .filter(LetterFilter.inState("state", call.query("state").orElse("open")))
                .limit(ListLimit.of(call))
                .toList()));
    }

    private Answer causes(Call call) {
        return Answer.of(DeadLettersCausesCommand.json(DeadLettersCausesCommand.byCause(letters(), filter(call))));
    }

    private Answer show(Call call) {
        return Answer.of(DeadLettersShowCommand.json(context.get().log(), deadLetters(), call.path(LETTER)));
    }

    private Answer edit(Call call) throws IOException {
        DeadLettersEditCommand.Edited edited = DeadLettersEditCommand.edit(
                context.get().log(),
                call.path(LETTER),
                call.body(),
                CodecNames.parse(call.query("codec").orElse(null)));
        return Answer.of(JsonResult.object().put("id", edited.letter().id()).put("record", edited.record()));
    }

    private Answer replay(Call call) throws IOException {
        JsonBody body = JsonBody.of(call.body(), REPLAY_FIELDS, HINT);
        Map<Letter, String> refused = LetterFlags.notOpen(body.texts("ids"), letters());
        Set<String> chosen = chosen(body);
        Replay.Outcome sent = Replay.send(
                context.get().log(), Clock.systemUTC(), letter -> chosen.contains(letter.id()), body.flag("force"));
        context.get().worker().lookForReplays();
        refused.putAll(sent.refused());
        return Answer.of(DeadLettersReplayCommand.json(new Replay.Outcome(sent.sent(), refused)));
    }

    private Answer drop(Call call) throws IOException {
        Set<String> chosen = chosen(JsonBody.of(call.body(), CHOICE_FIELDS, HINT));
        int dropped = DeadLetters.drop(context.get().log(), Clock.systemUTC(), letter -> chosen.contains(letter.id()));
        return Answer.of(JsonResult.object().put("dropped", dropped));
    }

    /** The ids of the letters that a call means. */
    private Set<String> chosen(JsonBody body) {
        List<Letter> all = letters();
        LetterFilter filter = LetterFilter.of(body::text, "", Clock.systemUTC());
        Set<String> chosen = all.stream()
                .filter(letter -> letter.state() == LetterState.OPEN)
                .filter(filter.choose(body.texts("ids"), body.flag("all"), all))
                .map(Letter::id)
                .collect(Collectors.toSet());
        if (chosen.size() > CHANGED_MAX) {
            throw body.wrong(chosen.size() + " letters are meant, and one call changes at most " + CHANGED_MAX
                    + "; choose some of them with since and until");
        }
        return chosen;
    }
}
