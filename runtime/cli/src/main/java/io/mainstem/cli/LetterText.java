package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.Letter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Dead letters as commands show them. */
final class LetterText {

    private static final int LINE_CHARACTERS_MAX = 100;

    private LetterText() {}

    /** A time as every command shows it. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    static String state(Letter letter) {
        return letter.state().word() + (letter.edited().isPresent() ? ", edited" : "");
    }

    static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("").strip();
        return line.length() <= LINE_CHARACTERS_MAX ? line : line.substring(0, LINE_CHARACTERS_MAX) + "...";
    }

    /** What is known of a letter, without its record. */
    static ObjectNode json(Letter letter) {
        DeadLetter head = letter.head();
        ObjectNode object = JsonResult.object()
                .put("id", letter.id())
                .put("state", letter.state().word())
                .put("pipeline", head.owner().pipeline())
                .put(head.owner().side().word(), head.owner().name())
                .put("connector", head.owner().connector())
                .put("origin", head.origin());
        head.record()
                .ifPresent(origin -> object.put("topic", origin.partition().topic())
                        .put("topicId", origin.partition().topicId().toString())
                        .put("partition", origin.partition().partition())
                        .put("offset", origin.offset())
                        .put("index", origin.index()));
        object.put("time", time(head.time()))
                .put("attempts", head.attempts())
                .put("reason", head.cause().message())
                .put("error", head.cause().errorClass());
        head.cause().code().ifPresent(code -> object.put("code", code));
        object.put("cause", head.cause().digest())
                .put("letterTopic", letter.topic())
                .put("letterOffset", letter.offset());
        letter.edited().ifPresent(time -> object.put("edited", time(time)));
        return object;
    }
}
