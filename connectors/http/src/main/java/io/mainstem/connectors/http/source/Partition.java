package io.mainstem.connectors.http.source;

import io.mainstem.api.Position;
import io.mainstem.api.Split;
import io.mainstem.connectors.http.client.Hash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of a stream that has requests of its own: one value of each of {@code for-each}, and one record of the parent.
 *
 * @param values by the names in braces that they stand for
 */
record Partition(Map<String, String> values) {

    private static final int ID_MAX = 900;

    static final Partition WHOLE = new Partition(Map.of());

    static Partition of(Split split) {
        Map<String, String> values = new LinkedHashMap<>();
        if (split.spec().get("values") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> values.put(name.toString(), value.toString()));
        }
        return new Partition(values);
    }

    /** The split, named by the stream and the values. */
    Split split(String stream) {
        if (values.isEmpty()) {
            return Split.of(stream, stream);
        }
        String id = stream + "/"
                + values.keySet().stream()
                        .sorted()
                        .map(name -> escaped(values.getOrDefault(name, "")))
                        .collect(Collectors.joining(","));
        return Split.of(id.length() <= ID_MAX ? id : id.substring(0, ID_MAX) + Hash.of(id), stream)
                .withSpec(Position.of("values", values));
    }

    /** A comma in a value is none between two. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,");
    }

    /** These with each of those. */
    static List<Partition> each(List<Partition> these, List<Map<String, String>> those) {
        List<Partition> all = new ArrayList<>(these.size() * those.size());
        for (Partition partition : these) {
            for (Map<String, String> more : those) {
                Map<String, String> values = new LinkedHashMap<>(partition.values());
                values.putAll(more);
                all.add(new Partition(values));
            }
        }
        return all;
    }
}
