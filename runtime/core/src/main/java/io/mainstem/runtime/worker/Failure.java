package io.mainstem.runtime.worker;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.FencedException;
import io.mainstem.log.LogException;
import io.mainstem.log.StorageException;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.delivery.LetterCause;
import io.mainstem.runtime.schema.SchemaException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * What went wrong with a source or a sink, in words for a person.
 *
 * @param kind what sort of failure it is
 * @param isFinal whether trying again is of no use until a person acts
 * @param message what happened, in one line
 * @param whatToDo what a person can do, or the empty text
 * @param after how long to wait at least before trying again
 */
public record Failure(Kind kind, boolean isFinal, String message, String whatToDo, Optional<Duration> after) {

    private static final int SQL_STATE_CHARACTERS = 5;
    private static final int CAUSES_MAX = 10;

    /** The sorts of failure. Only the first is ever one of a record. */
    public enum Kind {
        /** Data that cannot be read or written. */
        RECORD,
        /** Disk, memory, locks: something is used up. */
        RESOURCE,
        /** The other side is not there, or went away. */
        CONNECTION,
        /** What the pipeline says does not go with the world as it is. */
        CONFIG,
        /** An exception that nobody planned for. */
        BUG
    }

    /** The other side has refused, and is left alone for a while. */
    static Failure refused(TaskStatus.Pause pause) {
        return new Failure(Kind.CONNECTION, false, pause.why(), "", Optional.empty());
    }

    /** What an exception means, of a connector or of the runtime. */
    public static Failure of(Throwable thrown) {
        Throwable cause = cause(thrown);
        if (cause instanceof StopException stop) {
            Kind kind = stop.code().contains("bad-record") ? Kind.RECORD : Kind.CONFIG;
            return new Failure(kind, true, String.valueOf(stop.getMessage()), stop.whatToDo(), Optional.empty());
        }
        if (cause instanceof RetryException retry) {
            return new Failure(retry.ranOut() ? Kind.RESOURCE : Kind.CONNECTION, false, line(retry), "", retry.after());
        }
        if (cause instanceof FencedException) {
            return new Failure(
                    Kind.CONFIG,
                    true,
                    line(cause),
                    "another worker runs this pipeline now; stop it first if this one should",
                    Optional.empty());
        }
        if (cause instanceof CorruptRecordException damage) {
            return new Failure(
                    Kind.RESOURCE,
                    true,
                    line(cause),
                    "what is damaged does not heal ('mainstem log verify' shows all of it): restore the data folder from a"
                            + " copy, or let a sink go on behind it with 'mainstem groups reset' and --to-offset "
                            + damage.nextOffset(),
                    Optional.empty());
        }
        if (cause instanceof SchemaException || cause instanceof CodecException) {
            return new Failure(Kind.CONFIG, true, line(cause), "", Optional.empty());
        }
        if (cause instanceof BadRecordsException) {
            return new Failure(Kind.RECORD, true, line(cause), "", Optional.empty());
        }
        if (cause instanceof CallOverdueException) {
            return new Failure(
                    Kind.CONNECTION,
                    false,
                    line(cause),
                    "see what the other side is doing; if it needs more time, give it that with 'deadlines'",
                    Optional.empty());
        }
        if (cause instanceof LinkageError) {
            return new Failure(
                    Kind.BUG,
                    true,
                    line(cause),
                    "a class of the connector cannot be loaded, and will not be before the next start: see that all the jars of its plugin are there and fit together",
                    Optional.empty());
        }
        return new Failure(kind(cause), false, line(cause), "", Optional.empty());
    }

    private static Kind kind(Throwable cause) {
        if (cause instanceof StorageException
                || cause instanceof DiskBudgetException
                || cause instanceof OutOfMemoryError) {
            return Kind.RESOURCE;
        }
        if (cause instanceof LogException) {
            return Kind.CONNECTION;
        }
        return bySqlState(cause).orElseGet(() -> isOutside(cause) ? Kind.CONNECTION : Kind.BUG);
    }

    /** What an SQLSTATE says of a connection or a resource, whoever threw it. */
    private static Optional<Kind> bySqlState(Throwable cause) {
        return LetterCause.code(cause)
                .filter(code -> code.length() == SQL_STATE_CHARACTERS)
                .map(code -> code.substring(0, 2))
                .flatMap(stateClass -> switch (stateClass) {
                    case "08", "40", "57" -> Optional.of(Kind.CONNECTION);
                    case "53", "55", "58" -> Optional.of(Kind.RESOURCE);
                    default -> Optional.empty();
                });
    }

    /** Whether it comes from the world outside: a socket, a disk, a time that ran out. */
    private static boolean isOutside(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof InterruptedException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Whether nobody planned for it, so that a record may well be at fault. */
    static boolean isUnexplained(Exception thrown) {
        return of(thrown).kind() == Kind.BUG;
    }

    private static Throwable cause(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause instanceof CommitFailedException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The message of an exception whose authors meant it for people, else its class and message. */
    private static String line(Throwable cause) {
        String message = cause.getMessage();
        boolean meantForPeople = cause instanceof RetryException
                || cause instanceof LogException
                || cause instanceof CallOverdueException
                || cause instanceof SchemaException
                || cause instanceof CodecException;
        if (message == null || message.isBlank()) {
            return cause.getClass().getName();
        }
        return meantForPeople ? message : cause.getClass().getName() + ": " + message;
    }

    /** What happened, and what to do. */
    @Override
    public String toString() {
        return text(message, whatToDo);
    }

    /** A reason as a sentence, and behind it what to do, if that is known. */
    public static String text(String message, String whatToDo) {
        if (whatToDo.isEmpty()) {
            return message;
        }
        return message + (message.endsWith("?") || message.endsWith(".") ? " " : ". ") + "What to do: " + whatToDo;
    }
}
