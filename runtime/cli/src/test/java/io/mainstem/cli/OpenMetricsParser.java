package io.mainstem.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a text of OpenMetrics 1.0 and takes nothing that its specification does not allow. */
final class OpenMetricsParser {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("\\G(?:^|,)([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"");
    private static final Set<String> TYPES =
            Set.of("counter", "gauge", "histogram", "summary", "info", "stateset", "unknown", "gaugehistogram");
    private static final Map<String, List<String>> SUFFIXES = Map.of(
            "counter", List.of("_total", "_created"),
            "gauge", List.of(""),
            "histogram", List.of("_bucket", "_count", "_sum", "_created"),
            "info", List.of("_info"),
            "stateset", List.of(""),
            "unknown", List.of(""));

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, String> helps = new HashMap<>();
    private final Map<String, String> units = new HashMap<>();
    private final Set<String> samples = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private final Map<String, Double> lastBucket = new HashMap<>();
    private String family = "";

    private OpenMetricsParser() {}

    /** The types of all families, by name. */
    static Map<String, String> parse(String text) {
        OpenMetricsParser parser = new OpenMetricsParser();
        require(text.endsWith("# EOF\n"), "the text does not end with # EOF");
        List<String> lines = text.lines().toList();
        lines.subList(0, lines.size() - 1).forEach(parser::line);
        parser.types.forEach((name, type) -> {
            require(parser.helps.containsKey(name), name + " has no HELP");
            require(!type.equals("counter") || !name.endsWith("_total"), name + " is a counter's family with _total");
            String unit = parser.units.get(name);
            require(unit == null || name.endsWith("_" + unit), name + " does not end with its unit " + unit);
        });
        return parser.types;
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private void line(String line) {
        require(!line.isBlank() && line.equals(line.strip()), "a line with blanks around it: " + line);
        if (!line.startsWith("#")) {
            sample(line);
            return;
        }
        String[] parts = line.split(" ", 4);
        require(parts.length == 4 && parts[0].equals("#"), "no line of a family: " + line);
        String name = parts[2];
        require(NAME.matcher(name).matches(), "no name of a family: " + line);
        begin(name);
        switch (parts[1]) {
            case "TYPE" -> {
                require(TYPES.contains(parts[3]), "no type: " + line);
                require(types.put(name, parts[3]) == null, "a second TYPE: " + line);
            }
            case "HELP" -> require(helps.put(name, parts[3]) == null, "a second HELP: " + line);
            case "UNIT" -> require(units.put(name, parts[3]) == null, "a second UNIT: " + line);
            default -> throw new AssertionError("no line of a family: " + line);
        }
    }

    /** The lines of a family stand together. */
    private void begin(String name) {
        if (!name.equals(family)) {
            require(ended.add(family), family);
            require(!ended.contains(name), "the lines of " + name + " do not stand together");
            family = name;
        }
    }

    private void sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        require(matcher.matches(), "no sample: " + line);
        String name = matcher.group(1);
        String type = types.get(family);
        require(type != null && name.startsWith(family), "a sample outside of its family: " + line);
        String suffix = name.substring(family.length());
        require(SUFFIXES.getOrDefault(type, List.of("")).contains(suffix), "a sample of a " + type + ": " + line);
        String labels = matcher.group(2) == null ? "" : matcher.group(2);
        Map<String, String> values = labels(labels, line);
        require(samples.add(name + "{" + labels + "}"), "the same sample twice: " + line);
        double value = number(matcher.group(3), line);
        if (type.equals("counter") || suffix.equals("_bucket") || suffix.equals("_count")) {
            require(value >= 0 && !Double.isNaN(value), "a count that is none: " + line);
        }
        if (suffix.equals("_bucket")) {
            bucket(values, value, line);
        }
        if (type.equals("stateset")) {
            require(values.containsKey(family) && (value == 0 || value == 1), "no state: " + line);
        }
        if (type.equals("info")) {
            require(value == 1, "an info that is not 1: " + line);
        }
    }

    private static Map<String, String> labels(String text, String line) {
        Map<String, String> values = new HashMap<>();
        Matcher matcher = LABEL.matcher(text);
        int end = 0;
        while (matcher.find()) {
            require(values.put(matcher.group(1), matcher.group(2)) == null, "a label twice: " + line);
            end = matcher.end();
        }
        require(end == text.length(), "no labels: " + line);
        return values;
    }

    /** Buckets rise, and the last is infinite. */
    private void bucket(Map<String, String> labels, double value, String line) {
        String limit = labels.remove("le");
        require(limit != null, "a bucket without le: " + line);
        double before = lastBucket.getOrDefault(family + labels, 0.0);
        require(value >= before, "a bucket with less than the one before: " + line);
        lastBucket.put(family + labels, limit.equals("+Inf") ? 0.0 : value);
    }

    private static double number(String text, String line) {
        try {
            return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new AssertionError("no number: " + line, e);
        }
    }
}
