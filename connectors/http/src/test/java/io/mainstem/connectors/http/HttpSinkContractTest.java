package io.mainstem.connectors.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mainstem.api.Row;
import io.mainstem.api.SinkFactory;
import io.mainstem.connectors.http.ApiServer.Answer;
import io.mainstem.connectors.http.ApiServer.Asked;
import io.mainstem.connectors.http.sink.HttpSinkFactory;
import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The sink against the suite that every sink must pass, with a server that stores by id. */
final class HttpSinkContractTest extends SinkContract {

    @Override
    protected SinkHarness open() throws IOException {
        return new StoreHarness();
    }

    /** A server where PUT stores, DELETE removes, and a name of "bad" is refused. */
    private static final class StoreHarness implements SinkHarness {
        private static final ObjectMapper JSON = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();

        private final ApiServer server = new ApiServer();
        private final Map<String, JsonNode> stored = new TreeMap<>();

        StoreHarness() throws IOException {
            server.on("/rows/", this::answer);
        }

        private synchronized Answer answer(Asked asked) throws IOException {
            if (asked.method().equals("DELETE")) {
                stored.remove(asked.path());
                return Answer.status(204);
            }
            JsonNode row = JSON.readTree(asked.body());
            if (row.path("name").asText().equals("bad")) {
                return Answer.of(422, "text/plain", "a bad name");
            }
            stored.put(asked.path(), row);
            return Answer.status(201);
        }

        @Override
        public SinkFactory factory() {
            return new HttpSinkFactory();
        }

        @Override
        public Map<String, ?> options() {
            return Map.of("url", server.url("/rows/{id}"), "method", "PUT", "idempotent", "true");
        }

        @Override
        public Optional<Map<String, ?>> deletingOptions() {
            return Optional.of(Map.of(
                    "url",
                    server.url("/rows/{id}"),
                    "method",
                    "PUT",
                    "idempotent",
                    "true",
                    "delete-url",
                    server.url("/rows/{key.id}")));
        }

        @Override
        public synchronized List<Map<String, Object>> rows() {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (JsonNode node : stored.values()) {
                Map<String, Object> row = new LinkedHashMap<>();
                node.properties().forEach(field -> row.put(field.getKey(), value(field.getKey(), field.getValue())));
                rows.add(row);
            }
            return rows;
        }

        private static Object value(String name, JsonNode node) {
            if (node.isNull()) {
                return null;
            }
            return switch (name) {
                case "id" -> node.longValue();
                case "amount" -> node.decimalValue();
                default -> node.textValue();
            };
        }

        @Override
        public Optional<Row> badRow(long id) {
            return Optional.of(Row.of(SCHEMA, id, "bad", BigDecimal.ONE.setScale(2)));
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
