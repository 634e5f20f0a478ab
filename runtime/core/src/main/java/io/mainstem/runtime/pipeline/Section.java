package io.mainstem.runtime.pipeline;

import io.mainstem.api.Option;
import java.util.List;
import java.util.Optional;

/**
 * A map of the format: its keys, and what may stand behind each. One declaration reads it, checks it and describes it to
 * editors, as options do for a connector.
 */
record Section(List<Member> members) {

    static Section of(Member... members) {
        return new Section(List.of(members));
    }

    List<String> names() {
        return members.stream().map(Member::name).toList();
    }

    /** A key and what may stand behind it. */
    sealed interface Member {

        /** The key. */
        String name();

        /** What it is for. */
        String doc();
    }

    /** A value, described as a connector describes one. */
    record Value(Option<?> option) implements Member {
        @Override
        public String name() {
            return option.name();
        }

        @Override
        public String doc() {
            return option.doc();
        }
    }

    /** A map with keys of its own; instead of it, one value may stand there, which is that of the {@code shortForm}. */
    record Nested(String name, String doc, Section section, Optional<Option<?>> shortForm) implements Member {
        Nested(String name, String doc, Section section) {
            this(name, doc, section, Optional.empty());
        }
    }

    /** A map of names that the user gives, to maps of one form. */
    record Named(String name, String doc, Section section) implements Member {}

    /** A list of steps, each a map of the step's name to its options. */
    record Steps(String name, String doc) implements Member {}

    /** Rows as they are in a test: whatever YAML has. */
    record Rows(String name, String doc) implements Member {}

    /** Tests of the steps: a list of maps of one form. */
    record Tests(String name, String doc, Section section) implements Member {}

    /** The options of the connector that the same map names. */
    record ConnectorOptions(String name, String doc) implements Member {}
}
