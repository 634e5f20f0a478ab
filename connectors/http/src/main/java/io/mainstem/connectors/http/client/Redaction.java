package io.mainstem.connectors.http.client;

import io.mainstem.api.SecretText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a text what is known to be secret by the name beside it, and tells of it, so that it can be masked by its value wherever
 * else it stands. What may be data as well, such as a {@code key}, is only told of, and only when it looks like a credential. What the
 * configuration keeps secret, and the tokens that were fetched, are masked by their value elsewhere. One thread.
 */
final class Redaction {

    /** What stands in the place of a secret. */
    static final String MASK = SecretText.MASK;

    /** Fewer characters could stand anywhere. */
    private static final int TOLD_LEAST = 8;

    private static final int CREDENTIAL_LEAST = 16;

    /** What is a secret whatever its value is. */
    private static final Pattern SECRET = Pattern.compile(
            ".*(password|passwd|passphrase|secret|secret[_.-]?key|api[_.-]?key|access[_.-]?key|private[_.-]?key"
                    + "|(access|refresh|id|auth|session|bearer|security)[_.-]?token|session[_.-]?(id|key))"
                    + "|(.*[_.-])?(pwd|assertion|signature|sig|credentials?)|(.*-)?authorization|(set-)?cookie",
            Pattern.CASE_INSENSITIVE);

    /** What is one if it looks like one. */
    private static final Pattern PERHAPS =
            Pattern.compile("(?i:(.*[_.-])?(token|key|code))|.*[a-z0-9](Token|Key|Code)");

    /** Names of pages are none. */
    private static final Pattern PAGE =
            Pattern.compile(".*(next|prev|page|continuation|sync|cursor|resume).*", Pattern.CASE_INSENSITIVE);

    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);

    private static final Pattern HEADER = Pattern.compile(
            ".*(authorization|cookie|secret|password|api-?key|token|signature|credential).*", Pattern.CASE_INSENSITIVE);

    private static final Pattern ANSWER_HEADER = Pattern.compile(
            ".*(authorization|secret|password|api-?key|credential|x-session"
                    + "|(auth|access|refresh|subject|csrf|xsrf|security|session|id)-?token).*",
            Pattern.CASE_INSENSITIVE);

    private static final String NAME = "([A-Za-z0-9_.-]{1,64})";
    private static final Pattern QUERY = Pattern.compile("(?<=^|[?&;\\s])" + NAME + "(=)([^&\\s\"'<>#]+)()");
    private static final Pattern ELEMENT = Pattern.compile("<" + NAME + "([^<>]*>)([^<]+)(</)");
    private static final Pattern ATTRIBUTE = Pattern.compile("(?<=\\s)" + NAME + "(\\s*=\\s*\")([^\"<>]+)(\")");
    private static final Pattern USER = Pattern.compile("(\\b[A-Za-z][A-Za-z0-9+.-]*://)[^/@\\s\"'<>?#]+@");

    private final Consumer<String> heard;
    private int masked;

    /**
     * One for a recording, or for a person.
     *
     * @param heard is told what is secret
     */
    Redaction(Consumer<String> heard) {
        this.heard = heard;
    }

    /** For a person who sees nothing else of it. */
    static Redaction forPeople() {
        return new Redaction(secret -> {});
    }

    /** A text in which URLs and forms may stand. */
    String query(String text) {
        String clean = QUERY.matcher(text).replaceAll(this::replaced);
        Matcher users = USER.matcher(clean);
        masked += users.find() ? 1 : 0;
        return users.replaceAll("$1" + MASK + "@");
    }

    /** A text of any kind that is not JSON. */
    String text(String text) {
        String clean = ELEMENT.matcher(text).replaceAll(this::replaced);
        return query(ATTRIBUTE.matcher(clean).replaceAll(this::replaced));
    }

    private String replaced(MatchResult found) {
        return Matcher.quoteReplacement(found.group().substring(0, found.start(2) - found.start())
                + found.group(2)
                + value(found.group(1), found.group(3))
                + found.group(4));
    }

    /** A header of a request. */
    String header(String name, String value) {
        return HEADER.matcher(name).matches() ? MASK : query(value);
    }

    /** A header of an answer, which may name the next page by what it calls a token. */
    String answerHeader(String name, String value) {
        return ANSWER_HEADER.matcher(name).matches() ? MASK : query(value);
    }

    /** The text behind a name, in JSON; it may be JSON itself. */
    String field(String name, String value) {
        String clean = value(name, value);
        if (!clean.equals(value)) {
            return clean;
        }
        return value.startsWith("{") || value.startsWith("[") ? nested(value) : query(value);
    }

    /** A number behind a name, in JSON: whether it is to be masked. */
    boolean isSecretNumber(String name) {
        boolean isSecret = SECRET.matcher(name).matches();
        masked += isSecret ? 1 : 0;
        return isSecret;
    }

    private String nested(String value) {
        int before = masked;
        Optional<String> json = KeptBody.inOneLine(value, this);
        return json.isPresent() && masked > before ? json.get() : query(value);
    }

    private String value(String name, String value) {
        if (SECRET.matcher(name).matches() && !value.isBlank() && !value.startsWith(MASK)) {
            tell(value);
            masked++;
            return MASK;
        }
        if (PERHAPS.matcher(name).matches() && !PAGE.matcher(name).matches() && isCredential(name, value)) {
            tell(value);
        }
        return value;
    }

    /** A token is one if it is not very short; a key or a code also names things, and countries. */
    private static boolean isCredential(String name, String value) {
        if (value.startsWith(MASK) || value.contains("://") || !value.matches("\\S+")) {
            return false;
        }
        if (name.toLowerCase(Locale.ROOT).endsWith("token")) {
            return value.length() >= TOLD_LEAST;
        }
        return value.length() >= CREDENTIAL_LEAST
                && value.matches(".*[0-9].*")
                && value.matches(".*[A-Za-z].*")
                && !UUID.matcher(value).matches();
    }

    private void tell(String value) {
        if (value.length() >= TOLD_LEAST) {
            heard.accept(value);
            decoded(value).filter(plain -> !plain.equals(value)).ifPresent(heard);
        }
    }

    private static Optional<String> decoded(String value) {
        try {
            return Optional.of(URLDecoder.decode(value, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
