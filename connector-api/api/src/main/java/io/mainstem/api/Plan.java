package io.mainstem.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a source will do to read a stream, or a sink to write a topic: facts, which the runtime shows. Secrets of the configuration
 * are masked by the runtime. Immutable.
 */
public final class Plan {

    /** What becomes of the target. */
    public enum Change {
        /** It stays as it is. */
        NONE,
        /** It is not there and will be made. */
        CREATE,
        /** It is there and will be changed. */
        ALTER
    }

    /**
     * Something that will be sent to the other system, exactly as it will be sent.
     *
     * @param purpose what it is for, in a few words: {@code create the table}
     * @param text the statement, or the request
     */
    public record Request(String purpose, String text) {

        /** Checks that both are there. */
        public Request {
            Objects.requireNonNull(purpose, "purpose");
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * Where a field of the records goes to, or comes from.
     *
     * @param field the field's name
     * @param name the name on the other side, such as that of a column
     * @param type the type on the other side, in its own words
     * @param change whether it will be made
     */
    public record Column(String field, String name, String type, Change change) {

        /** Checks that all is there. */
        public Column {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(change, "change");
        }
    }

    private final Optional<String> target;
    private final Change change;
    private final List<Request> changes;
    private final List<Request> requests;
    private final List<Column> columns;
    private final List<String> explanation;
    private final List<String> warnings;

    private Plan(Builder builder) {
        this.target = builder.target;
        this.change = builder.change;
        this.changes = List.copyOf(builder.changes);
        this.requests = List.copyOf(builder.requests);
        this.columns = List.copyOf(builder.columns);
        this.explanation = List.copyOf(builder.explanation);
        this.warnings = List.copyOf(builder.warnings);
    }

    /** A plan to be filled. */
    public static Builder builder() {
        return new Builder();
    }

    /** What is read or written, as a person names it: {@code table public.orders}. */
    public Optional<String> target() {
        return target;
    }

    /** What becomes of it. */
    public Change change() {
        return change;
    }

    /** What will be sent to make or change it, and what else is missing, in order. */
    public List<Request> changes() {
        return changes;
    }

    /** What will be sent again and again to read or to write. */
    public List<Request> requests() {
        return requests;
    }

    /** The fields on the other side. */
    public List<Column> columns() {
        return columns;
    }

    /** How the other system will carry out what it is asked, line by line: the answer of EXPLAIN. */
    public List<String> explanation() {
        return explanation;
    }

    /** What a person should know before the start. */
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public String toString() {
        return target.orElse("plan") + ": " + change;
    }

    /** Collects a plan. For one thread. */
    public static final class Builder {
        private Optional<String> target = Optional.empty();
        private Change change = Change.NONE;
        private final List<Request> changes = new ArrayList<>();
        private final List<Request> requests = new ArrayList<>();
        private final List<Column> columns = new ArrayList<>();
        private final List<String> explanation = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        private Builder() {}

        /** What is read or written, and what becomes of it. */
        public Builder target(String name, Change whatBecomesOfIt) {
            target = Optional.of(name);
            change = Objects.requireNonNull(whatBecomesOfIt);
            return this;
        }

        /** Something that will be sent once, to make or change what is missing. */
        public Builder change(String purpose, String text) {
            changes.add(new Request(purpose, text));
            return this;
        }

        /** Something that will be sent to read or to write. */
        public Builder request(String purpose, String text) {
            requests.add(new Request(purpose, text));
            return this;
        }

        /** A field on the other side. */
        public Builder column(String field, String name, String type, Change whatBecomesOfIt) {
            columns.add(new Column(field, name, type, whatBecomesOfIt));
            return this;
        }

        /** The lines in which the other system explains itself. */
        public Builder explanation(List<String> lines) {
            explanation.addAll(lines);
            return this;
        }

        /** What a person should know before the start: what it is, and what to do. */
        public Builder warning(String text) {
            warnings.add(text);
            return this;
        }

        /** The plan. */
        public Plan build() {
            return new Plan(this);
        }
    }
}
