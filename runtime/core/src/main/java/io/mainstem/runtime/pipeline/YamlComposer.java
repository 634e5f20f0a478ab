package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import io.mainstem.runtime.pipeline.YamlNode.Text;
import io.mainstem.runtime.pipeline.YamlNode.Text.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Turns the events of a YAML parser into nodes. It is written here, and not taken from the library, for four reasons:
 * every scalar stays text, a duplicate key is a problem beside others and not the end, an alias counts as often as what
 * it stands for is walked, and depth has a limit before the stack has one.
 */
final class YamlComposer {

    private static final int MAX_DEPTH = 64;

    /** Counts what aliases stand for, too: a file of a few lines can mean billions of values. */
    private static final int MAX_VALUES = 100_000;

    private final Iterator<Event> events;
    private final Findings findings;
    private final Placeholders placeholders;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int values;

    YamlComposer(Iterator<Event> events, Findings findings, Placeholders placeholders) {
        this.events = events;
        this.findings = findings;
        this.placeholders = placeholders;
    }

    /** The one document of the file, or nothing if the file is empty, which is reported. */
    Optional<YamlNode> document() {
        Optional<YamlNode> root = Optional.empty();
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof NodeEvent && root.isPresent()) {
                throw new Refused(place(event), "a second document starts here; a file has one");
            }
            if (event instanceof NodeEvent) {
                root = Optional.of(node(event, 1, true));
            }
        }
        if (root.isEmpty()) {
            findings.problem(
                    Place.START,
                    "the file is empty, or has comments only"
                            + (findings.kind().equals("pipeline") ? "; a pipeline begins with its name" : ""));
        }
        return root;
    }

    private YamlNode node(Event event, int depth, boolean resolve) {
        if (event instanceof AliasEvent alias) {
            return aliased(alias);
        }
        Place place = place(event);
        if (depth > MAX_DEPTH) {
            throw new Refused(place, "this is nested more than " + MAX_DEPTH + " deep");
        }
        int before = values;
        count(place, 1);
        refuseTag(event, place);
        YamlNode node = content(event, depth, resolve);
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(node, values - before)));
        return node;
    }

    private YamlNode content(Event event, int depth, boolean resolve) {
        if (event instanceof SequenceStartEvent) {
            return items(place(event), depth);
        }
        if (event instanceof MappingStartEvent) {
            return fields(place(event), depth);
        }
        return text((ScalarEvent) event, resolve);
    }

    private Text text(ScalarEvent event, boolean resolve) {
        if (event.isPlain() && event.getValue().isEmpty()) {
            return new Text(place(event), "", List.of(), State.MISSING);
        }
        Text text = resolve
                ? placeholders.resolve(place(event), event.getValue())
                : new Text(place(event), event.getValue(), List.of(), State.WRITTEN);
        boolean isAsWritten = text.text().equals(event.getValue());
        return text.withContent(content(event), isAsWritten ? QuotedColumns.of(event) : List.of());
    }

    private static Place content(ScalarEvent event) {
        Place place = place(event);
        if (event.isLiteral() || event.isFolded()) {
            return new Place(place.line() + 1, indentation(event) + 1);
        }
        return event.isPlain() ? place : new Place(place.line(), place.column() + 1);
    }

    /** How far a block is indented, as far as the reader still has the text. */
    private static int indentation(ScalarEvent event) {
        Mark mark = event.getStartMark().orElse(null);
        if (mark == null) {
            return 0;
        }
        int[] text = mark.getBuffer();
        int at = mark.getPointer();
        while (at < text.length && text[at] != '\n') {
            at++;
        }
        int start = at + 1;
        at = start;
        while (at < text.length && text[at] == ' ') {
            at++;
        }
        return Math.max(0, at - start);
    }

    private Items items(Place place, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = events.next(); event instanceof NodeEvent; event = events.next()) {
            items.add(node(event, depth + 1, true));
        }
        return new Items(place, List.copyOf(items));
    }

    private Fields fields(Place place, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Event event = events.next(); event instanceof NodeEvent; event = events.next()) {
            YamlNode key = node(event, depth + 1, false);
            YamlNode value = node(events.next(), depth + 1, true);
            add(entries, key, value);
        }
        return new Fields(place, List.copyOf(entries.values()));
    }

    private void add(Map<String, Entry> entries, YamlNode key, YamlNode value) {
        if (!(key instanceof Text text)) {
            findings.problem(key.place(), "a key must be one value, not " + key.kind());
            return;
        }
        Entry first = entries.putIfAbsent(text.text(), new Entry(key.place(), text.text(), value));
        if (first != null) {
            findings.problem(
                    key.place(),
                    "the key '" + text.text() + "' is here twice; the first is in line "
                            + first.place().line());
        }
    }

    private YamlNode aliased(AliasEvent alias) {
        Place place = place(alias);
        Anchored anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            throw new Refused(
                    place,
                    "'*" + alias.getAlias() + "' refers to no '&" + alias.getAlias()
                            + "' that ends before it; put text that begins with '*' into quotes");
        }
        count(place, anchored.values());
        return anchored.node();
    }

    private void count(Place place, int more) {
        values += more;
        if (values > MAX_VALUES) {
            throw new Refused(
                    place,
                    "with what its aliases stand for, the file has more than " + MAX_VALUES + " values up to here");
        }
    }

    private void refuseTag(Event event, Place place) {
        Optional<String> tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
        tag.ifPresent(name -> findings.problem(
                place,
                "the tag '" + name
                        + "' means nothing here; leave it out, or put text that begins with '!' into quotes"));
    }

    private static Place place(Event event) {
        return event.getStartMark().map(YamlFile::place).orElse(Place.START);
    }

    private record Anchored(YamlNode node, int values) {}

    /** The file goes beyond what can be read; the rest of it is not looked at. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Place place;

        Refused(Place place, String reason) {
            super(reason, null, false, false);
            this.place = place;
        }

        Place place() {
            return place;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
