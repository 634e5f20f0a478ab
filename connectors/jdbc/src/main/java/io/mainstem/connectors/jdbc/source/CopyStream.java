package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/**
 * Rows by COPY in binary: each comes as one array, whose ranges are the texts of the row. One thread, but for {@link #cancel}.
 */
final class CopyStream implements RowStream {

    private static final int HEADER = 19;
    private static final int OVERHEAD = 96;
    private static final byte[] NOTHING = new byte[0];

    private final BaseConnection connection;
    private final CopyOut copy;
    private final List<ReadColumn> columns;
    private final FieldDecoder[] decoders;
    private final List<OrderColumn> order;
    private final Row.Builder builder;
    private final int[] starts;
    private final int[] lengths;
    private byte[] bytes = NOTHING;
    private boolean begun;
    private boolean ended;

    CopyStream(Connection connection, TablePlan plan, List<OrderColumn> order, String select) throws SQLException {
        this.connection = connection.unwrap(BaseConnection.class);
        this.columns = plan.columns();
        this.order = order;
        this.builder = Row.builder(plan.stream().schema());
        this.decoders = columns.stream()
                .map(column -> PgDecoders.of(column.facts(), column.type()))
                .toArray(FieldDecoder[]::new);
        int width = columns.size()
                + (int) order.stream().filter(OrderColumn::isHidden).count();
        this.starts = new int[width];
        this.lengths = new int[width];
        this.copy = new CopyManager(this.connection).copyOut(statement(select));
    }

    static String statement(String select) {
        return "COPY (" + select + ") TO STDOUT (FORMAT binary)";
    }

    @Override
    public boolean next() throws SQLException {
        while (!ended) {
            byte @Nullable [] message = copy.readFromCopy();
            if (message == null) {
                ended = true;
                return false;
            }
            int at = begun ? 0 : HEADER + PgDecoders.intAt(message, HEADER - 4);
            begun = true;
            // A number of fields below zero is the end, behind which no row comes.
            if (at < message.length && PgDecoders.shortAt(message, at) >= 0) {
                bytes = message;
                split(at);
                return true;
            }
        }
        return false;
    }

    private void split(int begin) throws SQLException {
        int count = PgDecoders.shortAt(bytes, begin);
        if (count != starts.length) {
            throw new SQLException("a row of " + count + " columns came, not " + starts.length, "08P01");
        }
        int at = begin + 2;
        for (int i = 0; i < count; i++) {
            lengths[i] = PgDecoders.intAt(bytes, at);
            at += 4;
            starts[i] = at;
            at += Math.max(0, lengths[i]);
        }
    }

    @Override
    public Row row() throws UnreadableValueException {
        for (int i = 0; i < decoders.length; i++) {
            if (lengths[i] >= 0) {
                set(i);
            }
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            builder.reset();
            throw new UnreadableValueException(String.valueOf(e.getMessage()));
        }
    }

    private void set(int i) throws UnreadableValueException {
        try {
            decoders[i].into(builder, i, bytes, starts[i], lengths[i]);
        } catch (UnreadableValueException e) {
            builder.reset();
            String name = columns.get(i).facts().name();
            throw named(name, e);
        } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
            builder.reset();
            throw new UnreadableValueException(
                    "column '" + columns.get(i).facts().name() + "': " + e.getMessage());
        }
    }

    @Override
    public List<String> place() throws UnreadableValueException {
        List<String> place = new ArrayList<>(order.size());
        int hidden = decoders.length;
        for (OrderColumn column : order) {
            int i = column.isHidden() ? hidden++ : column.field();
            if (lengths[i] < 0) {
                throw new UnreadableValueException("column '" + column.name() + "' is null");
            }
            boolean isText = column.isHidden() || column.type().kind() == Type.Kind.STRING;
            place.add(isText ? new String(bytes, starts[i], lengths[i], StandardCharsets.UTF_8) : placeOf(column, i));
        }
        return place;
    }

    /** The value as a position has it; what no field holds still has a place. */
    private String placeOf(OrderColumn column, int i) throws UnreadableValueException {
        try {
            return Exact.text(decoders[i].value(bytes, starts[i], lengths[i]));
        } catch (UnreadableValueException e) {
            return e.literal().orElseThrow(() -> named(column.name(), e));
        }
    }

    private static UnreadableValueException named(String column, UnreadableValueException e) {
        String message = String.valueOf(e.getMessage()).replace("{NAME:", "{" + column + ":");
        return new UnreadableValueException("column '" + column + "': " + message, e.literal());
    }

    @Override
    public int bytes() {
        return bytes.length + OVERHEAD;
    }

    @Override
    public void cancel() {
        try {
            connection.cancelQuery();
        } catch (SQLException e) {
            // The connection is closed next.
        }
    }

    @Override
    public void close() throws SQLException {
        if (!ended && copy.isActive()) {
            ended = true;
            copy.cancelCopy();
        }
    }
}
