package io.mainstem.runtime.worker;

import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.log.LogException;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.schema.SchemaException;
import java.util.Optional;

/**
 * Tells one record that breaks a codec from a codec that is broken. An exception that nobody planned for is the record's when
 * it comes again with the same record, while others pass; when too many in a row break it, it is not the records. One
 * thread.
 */
final class CodecEvidence {

    /** So many records in a row, and not one between them that passed, are no chance. */
    static final int IN_A_ROW_MAX = 10;

    private int inARow;

    /** The codec took a record. */
    void passed() {
        inARow = 0;
    }

    /**
     * The codec threw something at a record; tries it once more.
     *
     * @param again the same with the same record
     * @return what is wrong with the record; empty when it passed this time
     * @throws RuntimeException the first exception, when it is one that was planned for
     * @throws StopException when it is not the records
     */
    Optional<Throwable> judge(Throwable first, Runnable again) {
        if (first instanceof RuntimeException planned && isPlanned(planned)) {
            throw planned;
        }
        try {
            again.run();
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            inARow++;
            if (inARow > IN_A_ROW_MAX) {
                throw broken(e);
            }
            return Optional.of(e);
        }
    }

    private static boolean isPlanned(RuntimeException thrown) {
        return thrown instanceof CodecException
                || thrown instanceof SchemaException
                || thrown instanceof LogException
                || thrown instanceof StopException
                || thrown instanceof RetryException;
    }

    private static StopException broken(Throwable last) {
        return new StopException(
                "codec.broken",
                "more than " + IN_A_ROW_MAX + " records in a row failed with an exception that nobody planned for, "
                        + "the last with " + last,
                "this is a fault of Mainstem or of a plugin, not of the records: report it with a record that shows it",
                last);
    }
}
