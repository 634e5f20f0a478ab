package io.mainstem.runtime.expression;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What an expression may name: the fields of a row, as far as they are known.
 *
 * @param row the fields of the value
 * @param isOpen whether there may be any other fields, so that a name which is not known is no mistake
 * @param unsure names of fields that there may be, if not any; one with {@link #ANY_END} stands for all that begin so
 * @param key the names of those fields that make up the key, and none where that is not known
 */
public record Scope(Schema row, boolean isOpen, Set<String> unsure, List<String> key) {

    /** Behind the beginning of names. */
    public static final String ANY_END = "*";

    /** Copies the names. */
    public Scope {
        unsure = Set.copyOf(unsure);
        key = List.copyOf(key);
    }

    /** All fields are known. */
    public static Scope of(Schema row, List<String> key) {
        return new Scope(row, false, Set.of(), key);
    }

    /** These fields are known, and there may be others. */
    public static Scope open(Schema known) {
        return new Scope(known, true, Set.of(), List.of());
    }

    /** Whether there may be a field of this name, of which nothing is known. */
    public boolean mayHave(String name) {
        return isOpen || unsure.contains(name) || unsure.stream().anyMatch(each -> isBeginning(each, name));
    }

    private static boolean isBeginning(String unsure, String name) {
        return unsure.endsWith(ANY_END) && name.startsWith(unsure.substring(0, unsure.length() - ANY_END.length()));
    }

    /** The names of fields that there are or may be, as far as they are known in full. */
    public List<String> fields() {
        return Stream.concat(
                        row.fields().stream().map(Field::name),
                        unsure.stream().filter(name -> !name.endsWith(ANY_END)).sorted())
                .distinct()
                .toList();
    }

    /** The names to guess among when one is wrong. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(Set.of("operation", "stream", "time", "headers", "key"));
        row.fields().stream().map(Field::name).forEach(name -> names.add("value." + name));
        return names;
    }
}
