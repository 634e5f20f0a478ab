package io.mainstem.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mainstem.api.SinkFactory;
import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class FileSinkContractTest extends SinkContract {

    @Override
    protected SinkHarness open() {
        return new Folder(folder.resolve("out"));
    }

    /** What is in the complete files, and what counts of those that are being written. */
    @SuppressWarnings("try") // the contract lets any exception pass, an interrupt too
    private record Folder(Path out) implements SinkHarness {

        @Override
        public SinkFactory factory() {
            return new FileSinkFactory();
        }

        @Override
        public Map<String, ?> options() {
            return Map.of("path", out.toString(), "roll-rows", "6", "deletes", "stop");
        }

        @Override
        public List<Map<String, Object>> rows() throws IOException {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Path file : files(out, ".jsonl")) {
                parse(Files.readAllBytes(file), rows);
            }
            Path state = out.resolve("_mainstem/contract/target/contract-0");
            List<Path> manifests = files(state, ".manifest");
            if (!manifests.isEmpty()) {
                List<String> lines = Files.readAllLines(manifests.get(manifests.size() - 1));
                ManifestEntry last = ManifestEntry.parse(lines.get(lines.size() - 1));
                if (!last.complete()) {
                    byte[] part = Files.readAllBytes(state.resolve(last.part()));
                    parse(Arrays.copyOf(part, (int) last.length()), rows);
                }
            }
            return rows;
        }

        private static List<Path> files(Path folder, String ending) throws IOException {
            if (!Files.isDirectory(folder)) {
                return List.of();
            }
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> file.toString().endsWith(ending))
                        .filter(file -> file.toFile().length() > 0)
                        .sorted(Comparator.<Path>comparingInt(
                                        file -> file.toString().length())
                                .thenComparing(Comparator.naturalOrder()))
                        .toList();
            }
        }

        private static void parse(byte[] lines, List<Map<String, Object>> rows) throws IOException {
            for (String line : new String(lines, StandardCharsets.UTF_8).split("\n")) {
                rows.add(line.isEmpty() ? Map.of() : parse(line));
            }
        }

        private static Map<String, Object> parse(String line) throws IOException {
            Map<String, Object> row = new HashMap<>();
            try (JsonParser json = new JsonFactory().createParser(line)) {
                json.nextToken();
                for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                    JsonToken token = json.nextToken();
                    row.put(
                            name,
                            switch (token) {
                                case VALUE_NULL -> null;
                                case VALUE_NUMBER_INT -> json.getLongValue();
                                case VALUE_NUMBER_FLOAT -> json.getDecimalValue();
                                default -> json.getText();
                            });
                }
            }
            return row;
        }
    }
}
