package io.mainstem.runtime.pipeline;

import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import io.mainstem.runtime.pipeline.YamlNode.Text;
import io.mainstem.runtime.pipeline.YamlNode.Text.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the value of an option out of a node, each problem at the innermost value that has it. */
final class OptionReader {

    private OptionReader() {}

    /** The value, unless something is wrong with it, which has been reported then. */
    static <T> Optional<T> read(Option<T> option, YamlNode node, Findings findings) {
        if (!keepsSecrets(option, node, findings)) {
            return Optional.empty();
        }
        if (!isRight(option, option.name(), node, findings)) {
            return Optional.empty();
        }
        return parse(option, option.name(), node, findings);
    }

    /** Looks at the elements one by one; what they are together is parsed only when each is right. */
    private static boolean isRight(Option<?> option, String name, YamlNode node, Findings findings) {
        if (node instanceof Text text && text.state() != State.WRITTEN) {
            return unusable(option, name, text, findings);
        }
        if (option.section().isPresent()) {
            return sectionIsRight(option.section().get(), name, node, findings);
        }
        if (option.element().isEmpty()) {
            return parse(option, name, node, findings).isPresent();
        }
        Option<?> element = option.element().get();
        if (option.shape() == Option.Shape.MAP) {
            return mapIsRight(option, element, name, node, findings);
        }
        boolean right = true;
        for (YamlNode item : node instanceof Items list ? list.items() : List.of(node)) {
            right &= isRight(element, name, item, findings);
        }
        return right;
    }

    private static boolean sectionIsRight(ConfigSpec spec, String name, YamlNode node, Findings findings) {
        if (!(node instanceof Fields fields)) {
            findings.problem(node.place(), "'" + name + "' must be a map of options, not " + node.kind());
            return false;
        }
        return new SpecReader(findings)
                .read(spec, "'" + name + "'", node.place(), fields)
                .isPresent();
    }

    private static boolean mapIsRight(
            Option<?> option, Option<?> element, String name, YamlNode node, Findings findings) {
        if (!(node instanceof Fields fields)) {
            String example =
                    option.example().isEmpty() ? "" : "; for example " + option.name() + ": " + option.example();
            findings.problem(
                    node.place(), "'" + name + "' must be a map of names to values, not " + node.kind() + example);
            return false;
        }
        boolean right = true;
        for (Entry entry : fields.entries()) {
            right &= isRight(element, name + "." + entry.key(), entry.value(), findings);
        }
        return right;
    }

    private static boolean unusable(Option<?> option, String name, Text text, Findings findings) {
        if (text.state() == State.MISSING) {
            String instead = option.shape() == Option.Shape.TEXT ? ", or \"\" for the empty text" : "";
            findings.problem(text.place(), "'" + name + "' has no value; leave it out, or write one" + instead);
        }
        return false;
    }

    private static <T> Optional<T> parse(Option<T> option, String name, YamlNode node, Findings findings) {
        try {
            return Optional.of(option.parse(raw(node)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            findings.problem(node.place(), "'" + name + "' " + e.getMessage());
        } catch (RuntimeException e) {
            findings.problem(node.place(), "'" + name + "' cannot be read: " + e);
        }
        return Optional.empty();
    }

    private static Object raw(YamlNode node) {
        if (node instanceof Text text) {
            return text.text();
        }
        if (node instanceof Items list) {
            return list.items().stream().map(OptionReader::raw).toList();
        }
        Map<String, Object> map = new LinkedHashMap<>();
        ((Fields) node).entries().forEach(entry -> map.put(entry.key(), raw(entry.value())));
        return map;
    }

    /** Notes what must not be shown. Returns whether it can be kept out of messages; if not, that has been reported. */
    private static boolean keepsSecrets(Option<?> option, YamlNode node, Findings findings) {
        if (node instanceof Text text) {
            return keepsSecret(option, text, findings);
        }
        boolean kept = true;
        List<YamlNode> inner = node instanceof Items list
                ? list.items()
                : ((Fields) node).entries().stream().map(Entry::value).toList();
        for (YamlNode each : inner) {
            kept &= keepsSecrets(option.element().orElse(option), each, findings);
        }
        return kept;
    }

    /** What the option itself says of it, which may ask for more characters, unless that would show it. */
    private static String tooShort(Option<?> option, String secret) {
        try {
            option.parse(secret);
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            boolean isShown = Pattern.compile("(?<!\\w)" + Pattern.quote(secret) + "(?!\\w)")
                    .matcher(message)
                    .find();
            if (e instanceof IllegalArgumentException && !isShown) {
                return message;
            }
        }
        return "has fewer than " + Secrets.SHORTEST
                + " characters; a secret that short cannot be kept out of messages without garbling them:"
                + " use a longer one";
    }

    /**
     * What a placeholder brings into text may be a password inside a URL. A number, a time or a word of a choice is none,
     * and to mask it would only make messages unreadable; so would a port or the name of a host that is very short.
     */
    private static boolean keepsSecret(Option<?> option, Text text, Findings findings) {
        Option<?> value = option.element().<Option<?>>map(element -> element).orElse(option);
        boolean secret = option.isSecret() || value.isSecret();
        if (secret && text.state() == State.WRITTEN && Secrets.isTooShort(text.text())) {
            findings.problem(text.place(), "'" + option.name() + "' " + tooShort(value, text.text()));
            return false;
        }
        if (secret) {
            findings.secret(text.text());
        }
        if (secret || value.shape() == Option.Shape.TEXT) {
            text.outside().stream()
                    .filter(outside -> !Secrets.isTooShort(outside))
                    .forEach(findings::secret);
        }
        return true;
    }
}
