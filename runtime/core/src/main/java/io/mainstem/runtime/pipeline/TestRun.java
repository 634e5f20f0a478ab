package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Transform;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.plugin.SharedObjects;
import io.mainstem.runtime.transform.StepContext;
import io.mainstem.runtime.transform.StepTrace;
import io.mainstem.runtime.transform.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What came of one test.
 *
 * @param test the test
 * @param differences what is otherwise than expected, each with its place; none when the test passed
 * @param trace what each step did to each row
 */
public record TestRun(TestCase test, List<String> differences, List<StepTrace.Traced> trace) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** Copies the lists. */
    public TestRun {
        differences = List.copyOf(differences);
        trace = List.copyOf(trace);
    }

    /** Runs a test; reaches nothing outside. */
    public static TestRun of(TestCase test, Clock clock) {
        return of(test, clock, List.of(new TestCase.Given(test.stream(), test.input(), List.of())));
    }

    /** A test that could not be run. */
    public static TestRun failed(TestCase test, String why) {
        return new TestRun(test, List.of(test.place() + ": " + why), List.of());
    }

    /** Runs a test with other messages than those of its file. */
    public static TestRun of(TestCase test, Clock clock, List<TestCase.Given> given) {
        List<String> differences = new ArrayList<>();
        List<StepTrace.Traced> trace = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        try (SharedObjects.Lease lease = SharedObjects.OF_THIS_PROCESS.lease(TestRun.class.getClassLoader())) {
            for (TestCase.Given each : given) {
                bad.addAll(each.bad());
                StepTrace.run(test.steps(), each.stream(), each.messages(), new Offline(test, clock, lease)).stream()
                        .map(TestRun::withTopics)
                        .forEach(trace::add);
            }
            compare(test, trace, bad, differences);
        } catch (Exception e) {
            differences.add(test.place() + ": " + e.getMessage());
        }
        return new TestRun(test, differences, trace);
    }

    /** As in a run, a record for which a step has chosen a topic that cannot be is a bad one. */
    private static StepTrace.Traced withTopics(StepTrace.Traced traced) {
        return traced.output().stream()
                .flatMap(message -> topic(message).stream())
                .flatMap(topic -> Pipeline.wrongChoice(topic).stream())
                .findFirst()
                .map(why -> new StepTrace.Traced(traced.input(), traced.passes(), List.of(), Optional.of(why)))
                .orElse(traced);
    }

    private static Optional<String> topic(Message message) {
        return message.headers().stream()
                .filter(header -> header.name().equals(Transform.TOPIC_HEADER))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .findFirst();
    }

    /** Whether all is as expected. */
    public boolean passed() {
        return differences.isEmpty();
    }

    private static void compare(
            TestCase test, List<StepTrace.Traced> trace, List<String> unread, List<String> differences)
            throws Exception {
        List<Message> out =
                trace.stream().flatMap(each -> each.output().stream()).toList();
        List<String> bad = Stream.concat(unread.stream(), trace.stream().flatMap(each -> each.failure().stream()))
                .toList();
        if (test.count().isPresent()) {
            if (out.size() != test.count().getAsInt()) {
                differences.add(test.place() + ": " + out.size() + " rows came, and 'count' is "
                        + test.count().getAsInt());
            }
            out = out.subList(0, Math.min(out.size(), test.expected().size()));
        }
        for (int i = 0; i < Math.max(out.size(), test.expected().size()); i++) {
            if (i >= test.expected().size()) {
                differences.add(test.place() + ": row " + (i + 1) + " was not expected: " + shown(out.get(i), null));
            } else if (i >= out.size()) {
                TestCase.Expected missing = test.expected().get(i);
                differences.add(missing.place() + ": row " + (i + 1) + " did not come: " + missing.value());
            } else {
                compare(test.expected().get(i), i + 1, out.get(i), differences);
            }
        }
        compareBad(test, bad, differences);
    }

    private static void compareBad(TestCase test, List<String> bad, List<String> differences) {
        for (int i = 0; i < Math.max(bad.size(), test.expectedBad().size()); i++) {
            if (i >= test.expectedBad().size()) {
                differences.add(test.place() + ": a bad record was not expected: " + bad.get(i));
            } else if (i >= bad.size()) {
                differences.add(test.place() + ": a bad record with '"
                        + test.expectedBad().get(i) + "' did not come");
            } else if (!bad.get(i).contains(test.expectedBad().get(i))) {
                differences.add(test.place() + ": of bad record " + (i + 1) + " is said: " + bad.get(i) + "; expected: "
                        + test.expectedBad().get(i));
            }
        }
    }

    private static void compare(TestCase.Expected expected, int number, Message message, List<String> differences)
            throws Exception {
        ObjectNode actual = shown(message, expected.value());
        TreeSet<String> names = new TreeSet<>();
        expected.value().fieldNames().forEachRemaining(names::add);
        actual.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            JsonNode wanted = expected.value().get(name);
            JsonNode got = actual.get(name);
            Expectation expectation = Expectation.of(message, name);
            if (!expectation.isMet(wanted, got)) {
                differences.add(expected.place() + ": row " + number + ", " + name + ": "
                        + expectation.difference(wanted, got));
            }
        }
    }

    /**
     * A message as a test has it: its fields, and what else is asked for.
     *
     * @param asked the expected row, or null to show all
     */
    public static ObjectNode shown(Message message, @Nullable JsonNode asked) throws Exception {
        ObjectNode shown = message.value() == null
                ? JsonNodeFactory.instance.objectNode()
                : (ObjectNode) JSON.readTree(JsonRows.toJson(message.value()));
        if (isAsked(asked, "$operation", message.value() == null)) {
            shown.put("$operation", message.operation().name().toLowerCase(Locale.ROOT));
        }
        if (message.key() != null && isAsked(asked, "$key", true)) {
            shown.set("$key", JSON.readTree(JsonRows.toJson(message.key())));
        }
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        for (Header header : message.headers()) {
            String text = new String(header.value(), StandardCharsets.UTF_8);
            if (!header.name().equals(Transform.TOPIC_HEADER)) {
                headers.put(header.name(), text);
            } else if (isAsked(asked, "$topic", true)) {
                shown.put("$topic", text);
            }
        }
        if (isAsked(asked, "$headers", !headers.isEmpty())) {
            shown.set("$headers", headers);
        }
        return shown;
    }

    private static boolean isAsked(@Nullable JsonNode asked, String name, boolean otherwise) {
        return asked == null ? otherwise : asked.has(name);
    }

    /** Gives steps the tables of the test, and nothing else. */
    private record Offline(TestCase test, Clock clock, SharedObjects.Lease lease) implements StepContext {

        @Override
        public Table table(String topic, long most) {
            Map<String, Row> rows = test.tables().get(topic);
            if (rows == null) {
                throw new IllegalArgumentException(
                        "the step 'lookup' looks into topic '" + topic + "'; give its rows in 'tables' of the test");
            }
            return new Table() {
                @Override
                public Optional<Schema> schema() {
                    return rows.values().stream().findFirst().map(Row::schema);
                }

                @Override
                public @Nullable Row find(String key) {
                    return rows.get(key);
                }
            };
        }

        @Override
        public String pipeline() {
            return test.file().getFileName() == null
                    ? "test"
                    : test.file().getFileName().toString();
        }

        @Override
        public String name() {
            return test.of();
        }

        @Override
        public System.Logger logger() {
            return System.getLogger(TestRun.class.getName());
        }

        @Override
        public Path resolve(String path) {
            return test.file().toAbsolutePath().resolveSibling(path);
        }

        @Override
        public void rediscover() {}

        @Override
        public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
            return lease.get(key, open);
        }
    }
}
