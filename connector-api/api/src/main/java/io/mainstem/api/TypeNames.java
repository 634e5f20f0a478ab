package io.mainstem.api;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Guesses which type was meant by a name that is none: words of other systems, and slips of the keyboard. */
final class TypeNames {

    private static final List<String> NAMES = List.of(
            "boolean",
            "int8",
            "int16",
            "int32",
            "int64",
            "float32",
            "float64",
            "decimal",
            "string",
            "bytes",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "uuid",
            "json",
            "array",
            "map");
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("bool", "boolean"),
            Map.entry("byte", "int8"),
            Map.entry("tinyint", "int8"),
            Map.entry("short", "int16"),
            Map.entry("smallint", "int16"),
            Map.entry("int", "int32"),
            Map.entry("integer", "int32"),
            Map.entry("bigint", "int64"),
            Map.entry("long", "int64"),
            Map.entry("float", "float64"),
            Map.entry("double", "float64"),
            Map.entry("real", "float32"),
            Map.entry("number", "decimal"),
            Map.entry("numeric", "decimal"),
            Map.entry("text", "string"),
            Map.entry("varchar", "string"),
            Map.entry("char", "string"),
            Map.entry("binary", "bytes"),
            Map.entry("blob", "bytes"),
            Map.entry("bytea", "bytes"),
            Map.entry("datetime", "timestamp"),
            Map.entry("instant", "timestamptz"),
            Map.entry("jsonb", "json"),
            Map.entry("guid", "uuid"),
            Map.entry("list", "array"));

    private TypeNames() {}

    /** The type that was meant, without what may stand in brackets behind it. */
    static Optional<String> meant(String written) {
        String name = written.strip().toLowerCase(Locale.ROOT).replaceAll("[(<].*", "");
        String known = ELSEWHERE.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        int most = Math.max(1, name.length() / 3);
        return NAMES.stream()
                .filter(type -> distance(name, type) <= most)
                .min(Comparator.comparingInt((String type) -> distance(name, type)));
    }

    /** Insertions, deletions and replacements that turn one into the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
