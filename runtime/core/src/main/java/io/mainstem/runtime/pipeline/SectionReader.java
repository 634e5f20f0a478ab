package io.mainstem.runtime.pipeline;

import io.mainstem.api.Option;
import io.mainstem.runtime.pipeline.Section.Named;
import io.mainstem.runtime.pipeline.Section.Nested;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Text;
import io.mainstem.runtime.pipeline.YamlNode.Text.State;
import io.mainstem.runtime.text.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of one map of a file, which were held against its {@link Section}. */
final class SectionReader {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final String what;
    private final Place place;
    private final Fields fields;
    private final Findings findings;

    private SectionReader(String what, Place place, Fields fields, Findings findings) {
        this.what = what;
        this.place = place;
        this.fields = fields;
        this.findings = findings;
    }

    /**
     * Reports the keys that the section does not have.
     *
     * @param place what to point at when something is missing: the key that the map stands behind
     * @param what the map, as a message names it
     */
    static SectionReader of(Section section, String what, Place place, YamlNode node, Findings findings) {
        Fields fields = fieldsOf(node, what, findings);
        for (Entry entry : fields.entries()) {
            if (!section.names().contains(entry.key())) {
                findings.problem(
                        entry.place(),
                        what + " has no key '" + entry.key() + "'" + Nearest.hintOrAll(entry.key(), section.names()));
            }
        }
        return new SectionReader(what, place, fields, findings);
    }

    /** The keys of a map; none when something else stands there, which is reported. */
    static Fields fieldsOf(YamlNode node, String what, Findings findings) {
        if (node instanceof Fields fields) {
            return fields;
        }
        if (!(node instanceof Text text && text.state() == State.MISSING)) {
            findings.problem(node.place(), what + " must be a map, not " + node.kind());
        }
        return new Fields(node.place(), List.of());
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static String nameRule(String what, String name) {
        return what + " '" + name
                + "' must have 1 to 63 lower-case letters, digits and hyphens, and not start with a hyphen";
    }

    /** Where the map's own key stands. */
    Place place() {
        return place;
    }

    /** Where a key stands, or the map if it is not there. */
    Place place(String key) {
        return fields.entry(key).map(Entry::place).orElse(place);
    }

    Optional<Entry> entry(String key) {
        return fields.entry(key);
    }

    /** What was written behind a key, or its default; nothing if it is neither there nor right, or unset without a default. */
    <T> Optional<T> value(Option<T> option) {
        Optional<Entry> entry = fields.entry(option.name());
        if (entry.isEmpty()) {
            if (option.isRequired()) {
                findings.problem(place, what + " needs the key '" + option.name() + "'");
            }
            return option.defaultValue();
        }
        return OptionReader.read(option, entry.get().value(), findings);
    }

    /** A map behind a key; an empty one if the key is not there. */
    SectionReader nested(Nested member) {
        Optional<Entry> entry = fields.entry(member.name());
        if (entry.isEmpty()) {
            return new SectionReader("'" + member.name() + "'", place, new Fields(place, List.of()), findings);
        }
        YamlNode node = entry.get().value();
        if (node instanceof Text text
                && text.state() != State.MISSING
                && member.shortForm().isPresent()) {
            Entry only = new Entry(text.place(), member.shortForm().get().name(), text);
            node = new Fields(text.place(), List.of(only));
        }
        return of(member.section(), "'" + member.name() + "'", entry.get().place(), node, findings);
    }

    /** The maps behind the names behind a key, in the order of the file. */
    Map<String, SectionReader> named(Named member) {
        Map<String, SectionReader> readers = new LinkedHashMap<>();
        fields.entry(member.name()).ifPresent(all -> {
            for (Entry one :
                    fieldsOf(all.value(), "'" + member.name() + "'", findings).entries()) {
                String what = "'" + member.name() + "." + one.key() + "'";
                readers.put(one.key(), of(member.section(), what, one.place(), one.value(), findings));
            }
        });
        return readers;
    }
}
