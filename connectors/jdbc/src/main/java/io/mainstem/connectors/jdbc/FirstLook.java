package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import java.util.List;

/**
 * Compares what the ledger remembers with the topic and the table that are there, before anything is written. Records that are
 * sent again are from a sink that has looked already: of them, only the table must still be the same.
 */
final class FirstLook {

    private final SinkSettings settings;
    private final Context context;
    private final Target target;

    FirstLook(SinkSettings settings, Context context, Target target) {
        this.settings = settings;
        this.context = context;
        this.target = target;
    }

    /**
     * Looks.
     *
     * @param entries the ledger's rows for the topic's name
     * @throws StopException when a person must choose
     */
    void at(TopicPartition partition, List<Ledger.Entry> entries) {
        boolean accept = settings.replaced() == SinkOptions.Replaced.ACCEPT;
        List<Ledger.Entry> written =
                entries.stream().filter(entry -> entry.next() != Ledger.NOTHING).toList();
        List<Ledger.Entry> mine = written.stream()
                .filter(entry -> entry.topicId().equals(partition.topicId()))
                .toList();
        if (!mine.isEmpty()) {
            if (!accept) {
                mine.forEach(entry -> compare(partition, entry));
            }
            return;
        }
        if (partition.isReplay()) {
            return;
        }
        if (!written.isEmpty()) {
            if (!accept || settings.isHistory()) {
                throw otherTopic(partition, written.get(0));
            }
            return;
        }
        existing(partition);
    }

    /**
     * Looks at a table of which the ledger knows nothing.
     *
     * @throws StopException when it has rows that may be doubled
     */
    void existing(TopicPartition partition) {
        boolean adds = settings.mode() == SinkOptions.Mode.INSERT;
        if (adds && settings.existingRows() == SinkOptions.ExistingRows.STOP && hasRows()) {
            throw existingRows(partition);
        }
    }

    /**
     * Looks again in the first transaction that writes.
     *
     * @param entries the ledger's rows for the topic's name, locked
     * @throws StopException when a worker with another log was faster
     */
    void again(TopicPartition partition, List<Ledger.Entry> entries) {
        List<Ledger.Entry> written =
                entries.stream().filter(entry -> entry.next() != Ledger.NOTHING).toList();
        boolean mine = written.stream().anyMatch(entry -> entry.topicId().equals(partition.topicId()));
        if (!written.isEmpty() && !mine && settings.replaced() == SinkOptions.Replaced.STOP) {
            throw new StopException(
                    "jdbc.topic-replaced",
                    "another worker, with a topic " + partition.topic() + " of its own (its id is "
                            + written.get(0).topicId() + "), has begun to write into table " + target.name()
                            + " as sink '"
                            + context.name() + "' of pipeline '" + context.pipeline() + "'",
                    "run this pipeline on one data folder only; if both shall write, give the pipelines different names");
        }
    }

    private boolean hasRows() {
        return target.table().isPresent() && target.hasRows();
    }

    private void compare(TopicPartition partition, Ledger.Entry entry) {
        if (entry.target().isEmpty() || same(entry.target(), target.identity())) {
            return;
        }
        String found = target.identity().isEmpty() ? "there is no such table" : "the table is now " + target.identity();
        throw new StopException(
                "jdbc.table-replaced",
                "this sink wrote the records of " + partition.topic() + " before offset " + entry.next()
                        + " into table " + entry.target() + ", and " + found + ": the rows of before would be missing",
                "bring the table back; or set 'replaced: accept' to write only the later records into the new table; or start "
                        + "over: " + forget(partition));
    }

    /** Tables are the same when their object ids are; where there are none, when their names are. */
    private static boolean same(String left, String right) {
        return left.split(" ", 2)[0].equals(right.split(" ", 2)[0]);
    }

    private StopException otherTopic(TopicPartition partition, Ledger.Entry entry) {
        return new StopException(
                "jdbc.topic-replaced",
                "topic " + partition.topic()
                        + " is not the one that this sink read before: it was deleted and made again (its " + "id was "
                        + entry.topicId() + " and is " + partition.topicId() + "), and its offsets mean other records",
                (settings.isHistory()
                                ? ""
                                : "set 'replaced: accept' to add the new topic's records, from its start, to table "
                                        + target.name() + "; or ")
                        + "empty the table and forget the old topic: " + forget(partition));
    }

    private StopException existingRows(TopicPartition partition) {
        return new StopException(
                "jdbc.existing-rows",
                "table " + target.name()
                        + " has rows that this sink did not write, and 'mode: insert' would add the records of "
                        + partition.topic() + " to them, perhaps for the second time",
                "set 'existing-rows: append' to add them; or 'mode: upsert' with a key to replace rows; or empty the table");
    }

    private String forget(TopicPartition partition) {
        return "DELETE FROM " + Ledger.TABLE + " WHERE pipeline = '" + text(context.pipeline()) + "' AND sink = '"
                + text(context.name()) + "' AND topic = '" + text(partition.topic()) + "'";
    }

    private static String text(String value) {
        return value.replace("'", "''");
    }
}
