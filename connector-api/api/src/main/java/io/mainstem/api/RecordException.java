package io.mainstem.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why one record is bad, with the code of the system that says so: an SQLSTATE, an HTTP status. Dead letters are shown and
 * grouped by it. Any other exception may stand in a {@link BadRecordsException} too; this one is for those who know a code.
 */
public class RecordException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String code;

    /**
     * With a code.
     *
     * @param code the other system's name for what is wrong, or null when it has none
     * @param message what is wrong, with which value
     */
    public RecordException(@Nullable String code, String message) {
        // It says where the data is wrong, not where the code is: a stack would be of no use.
        super(message, null, false, false);
        this.code = code;
    }

    /** The other system's name for what is wrong. */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }
}
