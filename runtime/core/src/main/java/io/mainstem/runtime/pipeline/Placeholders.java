package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.pipeline.YamlNode.Text;
import io.mainstem.runtime.pipeline.YamlNode.Text.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the values of placeholders into text: of environment variables, with or without a default, of files, whose paths start
 * from the folder of the file, and of providers of secrets. Two dollar signs before a brace stand for one that means nothing.
 */
final class Placeholders {

    /** More than any password or certificate, and no mistake of naming a data file fills the memory. */
    static final int MAX_FILE_BYTES = 1 << 20;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Outside outside;
    private final Findings findings;

    Placeholders(Outside outside, Findings findings) {
        this.outside = outside;
        this.findings = findings;
    }

    Text resolve(Place place, String written) {
        if (!written.contains("${")) {
            return new Text(place, written, List.of(), State.WRITTEN);
        }
        StringBuilder text = new StringBuilder();
        List<String> outside = new ArrayList<>();
        State state = State.WRITTEN;
        Matcher matcher = PLACEHOLDER.matcher(written);
        while (matcher.find()) {
            String value = "${";
            if (matcher.group(1) != null) {
                Optional<Value> resolved = value(place, matcher);
                state = resolved.isPresent() ? state : State.UNRESOLVED;
                value = resolved.map(Value::text).orElse("");
                resolved.filter(Value::isOutside).ifPresent(found -> outside.add(found.text()));
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(text);
        return new Text(place, text.toString(), List.copyOf(outside), state);
    }

    private Optional<Value> value(Place place, Matcher matcher) {
        String inner = matcher.group(1);
        if (matcher.group(2).isEmpty()) {
            return wrong(place, "'${" + inner + "' has no closing brace");
        }
        int colon = inner.indexOf(':');
        String from = colon < 0 ? "" : inner.substring(0, colon);
        if (!findings.resolvesPlaceholders() && SectionReader.isName(from)) {
            return Optional.empty();
        }
        if (outside.secrets().has(from)) {
            return secret(place, from, inner.substring(colon + 1));
        }
        if (inner.startsWith("env:")) {
            return variable(place, inner.substring("env:".length()));
        }
        if (inner.startsWith("file:")) {
            return file(place, inner.substring("file:".length()));
        }
        return wrong(
                place,
                "'${" + inner + "}' is no placeholder; write ${env:NAME}, ${env:NAME:-default} or ${file:PATH},"
                        + providers() + " or $${ for a plain ${");
    }

    private String providers() {
        List<String> names = outside.secrets().names();
        return names.isEmpty() ? "" : " ${NAME:...} with one of " + String.join(", ", names) + " of mainstem.yaml,";
    }

    private Optional<Value> secret(Place place, String provider, String name) {
        if (name.isEmpty()) {
            return wrong(place, "'${" + provider + ":}' names no secret; write ${" + provider + ":NAME}");
        }
        try {
            return Optional.of(new Value(outside.secrets().get(provider, name), true));
        } catch (SecretException e) {
            return wrong(place, String.valueOf(e.getMessage()));
        }
    }

    private Optional<Value> variable(Place place, String inner) {
        int dash = inner.indexOf(":-");
        String name = dash < 0 ? inner : inner.substring(0, dash);
        if (!VARIABLE.matcher(name).matches()) {
            return wrong(place, "'" + name + "' is no name of an environment variable");
        }
        String value = outside.environment().getOrDefault(name, "");
        if (value.isEmpty() && dash >= 0) {
            return Optional.of(new Value(inner.substring(dash + 2), false));
        }
        if (!outside.environment().containsKey(name)) {
            return wrong(
                    place,
                    "the environment variable '" + name + "' is not set; set it, or write ${env:" + name
                            + ":-default}");
        }
        return Optional.of(new Value(value, true));
    }

    private Optional<Value> file(Place place, String path) {
        try {
            Path file = findings.file().toAbsolutePath().resolveSibling(path);
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
                if (bytes.length > MAX_FILE_BYTES) {
                    return wrong(place, "the file '" + path + "' has more than " + MAX_FILE_BYTES + " bytes");
                }
                return Optional.of(new Value(new String(bytes, StandardCharsets.UTF_8).stripTrailing(), true));
            }
        } catch (IOException | InvalidPathException e) {
            return wrong(place, "the file '" + path + "' cannot be read (" + reason(e) + ")");
        }
    }

    private static String reason(Exception e) {
        return e instanceof java.nio.file.NoSuchFileException ? "it is not there" : e.toString();
    }

    private Optional<Value> wrong(Place place, String message) {
        findings.problem(place, message);
        return Optional.empty();
    }

    /** What a placeholder stands for; a default is not from outside, as everyone who has the file can read it. */
    private record Value(String text, boolean isOutside) {}
}
