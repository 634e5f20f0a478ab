package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's: the highest value that was visible before the oldest open transaction began. A transaction draws a value, and is listed from its begin on, a
 * moment later at most: that moment is the delay. For a user who may not see transactions, a delay alone. One thread.
 */
final class MySqlWatermark implements Watermark {

    private static final Duration DELAY_MIN = Duration.ofSeconds(1);

    /** A list that is older than this is not renewed. */
    private static final Duration LIST_AGE_MAX = Duration.ofSeconds(5);

    private final DelayWatermark.HighMark highMark;
    private final TransactionList transactions;
    private final Duration delay;
    private final Duration idleWait;
    private final DelayWatermark blind;
    private @Nullable Boolean isBlind;
    private @Nullable Instant first;
    private final NavigableMap<Instant, Optional<String>> seen = new TreeMap<>();

    /**
     * For one table.
     *
     * @param delay the most time between the drawing of a value and the begin of its transaction in the list
     * @param idleWait how long a transaction that has changed nothing is waited for
     */
    MySqlWatermark(
            DelayWatermark.HighMark highMark,
            TransactionList transactions,
            Duration delay,
            Duration idleWait,
            Clock clock) {
        this.blind = new DelayWatermark(highMark, delay, clock);
        this.highMark = highMark;
        this.transactions = transactions;
        this.delay = delay.compareTo(DELAY_MIN) < 0 ? DELAY_MIN : delay;
        this.idleWait = idleWait;
    }

    @Override
    public Mark look(Connection connection) throws SQLException {
        if (isBlind == null) {
            isBlind = !TransactionList.isVisible(connection);
        }
        return isBlind ? blind.look(connection) : see(connection);
    }

    private Mark see(Connection connection) throws SQLException {
        Optional<String> value = highMark.read(connection);
        connection.commit();
        // Not before the value was read: who drew a lower one did so before.
        Instant now = TransactionList.now(connection);
        connection.commit();
        seen.put(now, value);
        if (first == null) {
            first = now;
        }
        Optional<TransactionList.Seen> list = transactions.look(connection);
        Optional<TransactionList.Listed> oldest = list.flatMap(known -> oldest(known, now));
        Instant begin = list.map(known -> oldest.map(TransactionList.Listed::begin)
                        .filter(listed -> listed.isBefore(known.since()))
                        .orElse(known.since()))
                .orElse(Instant.MIN);
        Optional<String> heldBy = heldBy(list, oldest, now);
        Map.Entry<Instant, Optional<String>> known =
                seen.floorEntry(begin.equals(Instant.MIN) ? begin : begin.minus(delay));
        if (known == null) {
            return new Mark(Optional.empty(), false, heldBy);
        }
        seen.headMap(known.getKey(), false).clear();
        return new Mark(known.getValue().map(bound -> new Bound(bound, true)), true, heldBy);
    }

    /** The oldest transaction that is waited for. */
    private Optional<TransactionList.Listed> oldest(TransactionList.Seen list, Instant now) {
        return list.open().stream()
                .filter(one -> !one.isIdle() || !one.begin().plus(idleWait).isBefore(now))
                .findFirst();
    }

    private Optional<String> heldBy(
            Optional<TransactionList.Seen> list, Optional<TransactionList.Listed> oldest, Instant now) {
        Instant renewed = list.map(TransactionList.Seen::since).orElse(first);
        if (renewed != null && renewed.plus(LIST_AGE_MAX).isBefore(now)) {
            return Optional.of(
                    "a newer list of open transactions: something reads information_schema.innodb_trx more than ten times "
                            + "a second, which keeps InnoDB from renewing it, and the last is "
                            + Duration.between(renewed, now).toSeconds() + " s old");
        }
        return oldest.filter(one -> one.begin().isBefore(now.minus(delay)))
                .map(one -> "the open transaction of " + one.session() + ", which began "
                        + Duration.between(one.begin(), now).toSeconds() + " s ago");
    }
}
