package io.mainstem.benchmarks;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TransformFactory;
import io.mainstem.api.Type;
import io.mainstem.runtime.transform.BuiltIns;
import io.mainstem.runtime.transform.Chain;
import io.mainstem.runtime.transform.StepPlaces;
import io.mainstem.runtime.transform.StepSpec;
import io.mainstem.runtime.transform.StepTrace;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long a row of six columns takes through filter, rename and cast, beside the same by hand. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TransformSpeed {

    private static final int ROWS = 1_024;
    private static final Schema IN = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("cust", Type.STRING),
            Field.nullable("sku", Type.STRING),
            Field.nullable("qty", Type.INT32),
            Field.nullable("price", Type.decimal(10, 2)),
            Field.nullable("created_at", Type.TIMESTAMP));
    private static final Schema OUT = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("customer", Type.STRING),
            Field.nullable("sku", Type.STRING),
            Field.nullable("qty", Type.INT64),
            Field.nullable("price", Type.decimal(10, 2)),
            Field.nullable("created_at", Type.TIMESTAMP));

    private static final String CONDITION = "value.price > 10 && value.qty < 100";

    private final Message[] messages = new Message[ROWS];
    private final Row.Builder byHand = Row.builder(OUT);
    private final Chain all = chain(
            step("filter", Map.of("where", CONDITION)),
            step("rename", Map.of("fields", Map.of("cust", "customer"))),
            step("cast", Map.of("fields", Map.of("qty", "int64"))));
    private final Chain filter = chain(step("filter", Map.of("where", CONDITION)));
    private final Chain library =
            chain(step("filter", Map.of("where", "[0].exists(x, value.price > 10 && value.qty < 100)")));
    private int next;

    /** Makes the rows. */
    @Setup
    public void prepare() {
        for (int i = 0; i < ROWS; i++) {
            messages[i] = Message.create(Row.builder(IN)
                    .setLong(0, i)
                    .setString(1, "customer-" + i)
                    .setString(2, "SKU-" + i % 97)
                    .setLong(3, 1 + i % 9)
                    .setLong(4, 1_999 + i)
                    .setLong(5, 1_700_000_000_000_000L + i)
                    .build());
        }
    }

    private static StepSpec step(String name, Map<String, ?> options) {
        TransformFactory factory = BuiltIns.find(name).orElseThrow();
        return new StepSpec(factory, Config.parse(factory.config(), options), List.of(), StepPlaces.NONE);
    }

    private static Chain chain(StepSpec... steps) {
        try {
            Chain chain = Chain.open(List.of(steps), "orders", StepTrace.offline());
            chain.output(StreamSchema.of("orders", IN, List.of("id")));
            return chain;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Message message() {
        next = (next + 1) % ROWS;
        return messages[next];
    }

    /** Filter, rename and cast. */
    @Benchmark
    public Object filterRenameCast() throws Exception {
        return all.apply(message()).get(0);
    }

    /** The filter alone, by our nodes. */
    @Benchmark
    public int filterAlone() throws Exception {
        return filter.apply(message()).size();
    }

    /** A filter that the library evaluates, for its macro. */
    @Benchmark
    public int filterByTheLibrary() throws Exception {
        return library.apply(message()).size();
    }

    /** The same as filter, rename and cast in Java. */
    @Benchmark
    public Object byHand() {
        Message message = message();
        Row row = (Row) Objects.requireNonNull(message.value());
        if (!(row.longAt(4) > 1_000 && row.longAt(3) < 100)) {
            return message;
        }
        return message.withValue(byHand.copy(0, row, 0)
                .copy(1, row, 1)
                .copy(2, row, 2)
                .setLong(3, row.longAt(3))
                .copy(4, row, 4)
                .copy(5, row, 5)
                .build());
    }

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        org.openjdk.jmh.Main.main(args.length == 0 ? new String[] {TransformSpeed.class.getName()} : args);
    }
}
