package io.mainstem.runtime.delivery;

import io.mainstem.api.RecordException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a record is a dead letter.
 *
 * @param errorClass the class of the exception; empty when there was only a text
 * @param code what the other system calls it, such as an SQLSTATE or an HTTP status
 * @param message what is wrong, for people
 * @param digest the same for letters of one cause, whatever values they have
 */
public record LetterCause(String errorClass, Optional<String> code, String message, String digest) {

    private static final int CAUSES_MAX = 10;
    private static final int FRAMES_MAX = 50;
    private static final int DIGEST_CHARACTERS = 12;
    private static final String RUNTIME = "io.mainstem.runtime.";
    private static final Pattern VALUES = Pattern.compile("'[^']*'|\\d+");
    private static final Pattern QUOTED_VALUES = Pattern.compile("\"[^\"]*\"");
    private static final Pattern GENERATED = Pattern.compile("(?:\\$\\$|/0x|\\$\\d).*|\\d+$");

    /** The cause that an exception tells; secrets go out of its message. */
    public static LetterCause of(Throwable why, UnaryOperator<String> scrub) {
        String message = scrub.apply(message(why));
        Optional<String> code = code(why);
        return new LetterCause(why.getClass().getName(), code, message, digest(why, code, message));
    }

    /** The cause that a text tells. */
    public static LetterCause of(String why, UnaryOperator<String> scrub) {
        String message = scrub.apply(why);
        return new LetterCause("", Optional.empty(), message, hash(shape(message, false)));
    }

    private static String message(Throwable why) {
        String message = why.getMessage();
        return message == null || message.isBlank() ? why.getClass().getName() : message;
    }

    /** What the other system calls it: said by the exception or by one of its causes. */
    public static Optional<String> code(Throwable why) {
        Throwable cause = why;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            Optional<String> code = own(cause);
            if (code.isPresent()) {
                return code;
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static Optional<String> own(Throwable why) {
        if (why instanceof RecordException record) {
            return record.code();
        }
        if (why instanceof SQLException sql) {
            String state = sql.getSQLState();
            return state != null
                    ? Optional.of(state)
                    : Optional.of(sql.getErrorCode())
                            .filter(number -> number != 0)
                            .map(String::valueOf);
        }
        return Optional.empty();
    }

    /** A stack says which cause it is; without one, the message does, once its values are taken out. */
    private static String digest(Throwable why, Optional<String> code, String message) {
        StringBuilder text = new StringBuilder();
        boolean hasFrames = false;
        Throwable cause = why;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            text.append(cause.getClass().getName()).append('\n');
            hasFrames |= appendFrames(cause, text);
            cause = cause.getCause();
        }
        code.ifPresent(text::append);
        if (!hasFrames) {
            text.append('\n')
                    .append(shape(
                            message,
                            code.filter(known -> known.startsWith("22")).isPresent()));
        }
        return hash(text.toString());
    }

    /** The frames above the runtime's own, which differ with the way on which a record came. */
    private static boolean appendFrames(Throwable cause, StringBuilder text) {
        StackTraceElement[] frames = cause.getStackTrace();
        int count = 0;
        for (StackTraceElement frame : frames) {
            if (frame.getClassName().startsWith(RUNTIME) || count == FRAMES_MAX) {
                break;
            }
            text.append(GENERATED.matcher(frame.getClassName()).replaceFirst(""))
                    .append('.')
                    .append(GENERATED.matcher(frame.getMethodName()).replaceFirst(""))
                    .append('\n');
            count++;
        }
        return count > 0;
    }

    /** The first line without its values. Double quotes hold names, but for data that cannot be read. */
    private static String shape(String message, boolean quotesHoldValues) {
        String line = message.lines().findFirst().orElse("");
        String names = quotesHoldValues ? QUOTED_VALUES.matcher(line).replaceAll("?") : line;
        return VALUES.matcher(names).replaceAll("?");
    }

    static String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8), DIGEST_CHARACTERS);
    }

    static String hash(byte @Nullable [] bytes, int characters) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes == null ? new byte[0] : bytes);
            return HexFormat.of().formatHex(digest).substring(0, characters);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
