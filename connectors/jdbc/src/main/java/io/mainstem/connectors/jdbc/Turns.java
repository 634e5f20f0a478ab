package io.mainstem.connectors.jdbc;

import io.mainstem.api.TopicPartition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the rows of several tables that point to one another, whatever the order in which they came: each run of rows as a whole, and
 * those that lack a row of another table once more after that one. Rows of one table stay in their order. Not thread-safe.
 */
final class Turns {

    /** Rows of one table that are written together. */
    interface Run {
        /** What tells their table from others. */
        String table();

        /** Writes them. */
        void write() throws SQLException;

        /** Where they came from. */
        Set<TopicPartition> partitions();
    }

    /**
     * What was left.
     *
     * @param waiting the partitions of rows that point to rows which are not there
     * @param isFaulty whether there is a row that is bad for another reason
     * @param isDeferred whether all rows are written, and one of them would be refused at the commit
     * @param why what the database says of one of the rows that wait
     */
    record Left(Set<TopicPartition> waiting, boolean isFaulty, boolean isDeferred, String why) {
        Left {
            waiting = Set.copyOf(waiting);
        }

        /** All rows are written, and the commit would refuse one. */
        static Left deferred() {
            return new Left(Set.of(), false, true, "");
        }

        boolean isNothing() {
            return waiting.isEmpty() && !isFaulty && !isDeferred;
        }
    }

    private final Savepoint savepoint;
    private final Dialect dialect;
    private final Set<TopicPartition> waiting = new HashSet<>();
    private boolean faulty;
    private String why = "";

    Turns(Savepoint savepoint, Dialect dialect) {
        this.savepoint = savepoint;
        this.dialect = dialect;
    }

    /** Writes what can be written; ends when a turn brings nothing more. */
    Left write(List<? extends Run> runs) throws SQLException {
        List<Run> left = new ArrayList<>(runs);
        int before;
        do {
            before = left.size();
            left = turn(left);
        } while (!left.isEmpty() && left.size() < before);
        return new Left(waiting, faulty, false, why);
    }

    private List<Run> turn(List<Run> runs) throws SQLException {
        waiting.clear();
        faulty = false;
        Set<String> stuck = new HashSet<>();
        List<Run> left = new ArrayList<>();
        for (Run run : runs) {
            if (stuck.contains(run.table()) || !isWritten(run)) {
                stuck.add(run.table());
                left.add(run);
            }
        }
        return left;
    }

    private boolean isWritten(Run run) throws SQLException {
        SQLException error = savepoint.tryTo(run::write);
        if (error == null) {
            return true;
        }
        if (dialect.fault(error) == Fault.FOREIGN_KEY) {
            waiting.addAll(run.partitions());
            why = String.valueOf(Faults.reason(dialect, error).getMessage());
        } else {
            faulty = true;
        }
        return false;
    }
}
