package io.mainstem.connectors.jdbc;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the row that is written of a message: its own fields, and behind them the columns that only its key has, the times and
 * the version that the sink fills itself, and the JSON of what does not fit. Not thread-safe.
 */
final class RowMaker {

    private final Schema whole;
    private final int valueFields;
    private final @Nullable KeyReader keys;
    private final int keyFields;
    private final Marks marks;
    private final Set<Integer> aside;
    private final Clock clock;

    /**
     * A maker.
     *
     * @param whole all fields
     * @param valueFields how many of them the message has; those of the key come next, and then the sink's own
     * @param keys reads the fields of the key, if there are some
     * @param aside the fields that have no column which holds them
     */
    RowMaker(
            Schema whole,
            int valueFields,
            @Nullable KeyReader keys,
            int keyFields,
            Marks marks,
            Set<Integer> aside,
            Clock clock) {
        this.whole = whole;
        this.valueFields = valueFields;
        this.keys = keys;
        this.keyFields = keyFields;
        this.marks = marks;
        this.aside = Set.copyOf(aside);
        this.clock = clock;
    }

    /** Whether rows are written as they are. */
    boolean isPlain() {
        return whole.size() == valueFields;
    }

    /**
     * The row.
     *
     * @param value the message's value, or null for one of the key alone
     * @param unfit further fields that are put aside
     */
    Row make(@Nullable Row value, Message message, Set<Integer> unfit) throws BadValueException {
        Row.Builder row = Row.builder(whole);
        for (int i = 0; value != null && i < valueFields; i++) {
            row.set(i, aside.contains(i) || unfit.contains(i) ? null : value.at(i));
        }
        if (keys != null) {
            Row key = keys.read(message.key());
            for (int i = 0; i < keyFields; i++) {
                row.set(valueFields + i, key.at(i));
            }
        }
        for (int i = valueFields + keyFields; i < whole.size(); i++) {
            row.set(i, own(whole.field(i).name(), value, message, unfit));
        }
        return row.build();
    }

    private @Nullable Object own(String column, @Nullable Row value, Message message, Set<Integer> unfit)
            throws BadValueException {
        if (column.equals(marks.side())) {
            return value == null ? null : side(value, unfit);
        }
        if (column.equals(marks.deletedAt())) {
            return value == null ? time(message) : null;
        }
        if (column.equals(marks.version())) {
            return version(message);
        }
        return time(message);
    }

    private Instant time(Message message) {
        return message.timestamp().orElseGet(clock::instant).truncatedTo(ChronoUnit.MICROS);
    }

    private long version(Message message) throws BadValueException {
        if (message.origin().orElseThrow().partition().isReplay()) {
            throw new BadValueException(
                    marks.version(),
                    "a history is kept in the order of the topic, and a record that is sent again has lost its place in it; "
                            + "let its source send it anew");
        }
        return message.offset();
    }

    private @Nullable String side(Row value, Set<Integer> unfit) {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < valueFields; i++) {
            if ((aside.contains(i) || unfit.contains(i)) && !value.isNull(i)) {
                json.append(json.isEmpty() ? '{' : ',')
                        .append(CanonicalText.json(whole.field(i).name()))
                        .append(':')
                        .append(CanonicalText.json(java.util.Objects.requireNonNull(value.at(i))));
            }
        }
        return json.isEmpty() ? null : json.append('}').toString();
    }
}
