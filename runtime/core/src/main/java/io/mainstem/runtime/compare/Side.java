package io.mainstem.runtime.compare;

import io.mainstem.api.Row;
import io.mainstem.runtime.scan.Key;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One of two sides that are compared. One thread. */
interface Side {

    /** What it is, for people. */
    String name();

    /**
     * Reads all rows as they are now.
     *
     * @throws Exception when it cannot be read; the message says why
     */
    void read(Taker taker) throws Exception;

    /** Takes rows. */
    interface Taker {

        /**
         * The fields that the rows of this side have, when they are fewer than the stream's; before the first row.
         *
         * @param omitted why others are left out, where that is known
         */
        void fields(Set<String> names, Map<String, String> omitted);

        /** A row, or the news that there is none of that key any more. The last word on a key counts. */
        void take(Key key, @Nullable Row row) throws IOException;

        /** Whether anything of a key is asked for; what is not need not be decoded, nor given. */
        default boolean wants(Key key) {
            return true;
        }

        /**
         * A row that cannot be compared.
         *
         * @param why which and why, for people
         */
        void unreadable(String why);
    }
}
