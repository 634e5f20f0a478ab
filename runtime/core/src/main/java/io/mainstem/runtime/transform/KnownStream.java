package io.mainstem.runtime.transform;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.runtime.expression.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of the rows of a stream before there are any. Immutable. Of a name that rows may have and that is not known, nothing
 * is said: neither that it is missing, nor which type it has.
 *
 * @param stream its name, in which {@code {stream}} stands for text that only a record tells, and which is empty where nothing is known
 *     of it; the fields that are known; the key
 * @param unsure names that rows may have beside the known ones, as {@link Scope} has them
 * @param isOpen whether rows may have any others besides
 */
public record KnownStream(StreamSchema stream, Set<String> unsure, boolean isOpen) {

    /** Copies the names. */
    public KnownStream {
        unsure = Set.copyOf(unsure);
    }

    /** All fields are known. */
    public static KnownStream complete(StreamSchema stream) {
        return new KnownStream(stream, Set.of(), false);
    }

    /** These fields are known, and there may be others. */
    public static KnownStream open(String name, List<Field> fields) {
        return new KnownStream(StreamSchema.of(name, Schema.of(name, fields), List.of()), Set.of(), true);
    }

    /** The same under another name and with another key, of which fields count that are known; none when one cannot be. */
    public KnownStream as(String name, List<String> key) {
        List<String> made = key.stream().allMatch(this::mayHave) ? known(schema(), key) : List.of();
        return new KnownStream(StreamSchema.of(name, schema(), made), unsure, isOpen);
    }

    /** Whether rows may have a field of this name. */
    public boolean mayHave(String name) {
        return schema().indexOf(name) >= 0 || scope().mayHave(name);
    }

    /** The fields that are known. */
    public Schema schema() {
        return stream.schema();
    }

    /** Whether its whole name is known. */
    boolean isNamed() {
        return !stream.name().isEmpty() && !stream.name().contains(Routes.ANYTHING);
    }

    /** Whether a step may change its messages. */
    boolean mayMeet(StepSpec step) {
        return stream.name().isEmpty() || step.mayApplyTo(stream.name());
    }

    /** The name for people, as a pattern. */
    String shownName() {
        return stream.name().replace(Routes.ANYTHING, "*");
    }

    Scope scope() {
        return new Scope(schema(), isOpen, unsure, stream.key());
    }

    /**
     * The place of a field.
     *
     * @throws StepException when there is none, or when that cannot be told
     */
    int index(String path, String name) throws StepException {
        int index = schema().indexOf(name);
        if (index >= 0) {
            return index;
        }
        throw mayHave(name) ? StepException.unsure() : StepException.missing(path, name, scope().fields());
    }

    /** The places of fields that a list names. */
    int[] indexes(String path, List<String> names) throws StepException {
        int[] indexes = new int[names.size()];
        Mistakes mistakes = new Mistakes();
        for (int i = 0; i < indexes.length; i++) {
            int number = i;
            mistakes.in(() -> indexes[number] = index(path + "." + number, names.get(number)));
        }
        mistakes.throwAny();
        return indexes;
    }

    Type type(String name) {
        return schema().field(schema().indexOf(name)).type();
    }

    /** Whether all fields are known. */
    boolean isSure() {
        return !isOpen && unsure.isEmpty();
    }

    /** What is known behind a step of which this comes out. */
    KnownStream behind(StreamSchema output) {
        Set<String> rest = new HashSet<>(unsure);
        output.schema().fields().forEach(field -> rest.remove(field.name()));
        return new KnownStream(output, rest, isOpen);
    }

    /** The same, but of its fields no more is known than that there may be some of these names. */
    KnownStream unsureOfAll() {
        return unsureOf(schema().fields().stream().map(Field::name).collect(Collectors.toSet()));
    }

    /** The same, but nothing is known of these fields any more. */
    KnownStream unsureOf(Set<String> names) {
        if (names.isEmpty()) {
            return this;
        }
        Set<String> all = new HashSet<>(unsure);
        all.addAll(names);
        List<Field> sure = schema().fields().stream()
                .filter(field -> !all.contains(field.name()))
                .toList();
        Schema rest = Schema.of(schema().name(), sure);
        return new KnownStream(StreamSchema.of(stream.name(), rest, known(rest, stream.key())), all, isOpen);
    }

    private static List<String> known(Schema schema, List<String> key) {
        return key.stream().filter(name -> schema.indexOf(name) >= 0).toList();
    }
}
