package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows by a cursor of the driver. One thread, but for {@link #cancel}. */
final class ResultSetStream implements RowStream {

    private static final int OVERHEAD = 96;
    private static final int NUMBER = 16;

    /** A value of the order that was asked for. */
    private record Parameter(OrderColumn column, String value) {}

    private final JdbcValues values;
    private final List<ReadColumn> columns;
    private final List<OrderColumn> order;
    private final Row.Builder builder;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final @Nullable Object[] place;
    private int bytes;

    ResultSetStream(Connection connection, TablePlan plan, ReadRequest request, int fetchSize, JdbcValues values)
            throws SQLException {
        this.values = values;
        this.columns = plan.columns();
        this.order = request.order();
        this.builder = Row.builder(plan.stream().schema());
        this.place = new Object[order.size()];
        List<Parameter> parameters = new ArrayList<>();
        String select = new SelectText(plan, (column, value) -> {
                    parameters.add(new Parameter(column, value));
                    return "?";
                })
                .of(request);
        this.statement = connection.prepareStatement(select, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        try {
            statement.setFetchSize(fetchSize);
            for (int i = 0; i < parameters.size(); i++) {
                values.set(
                        statement,
                        i + 1,
                        parameters.get(i).column(),
                        parameters.get(i).value());
            }
            this.rows = statement.executeQuery();
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    @Override
    public boolean next() throws SQLException {
        return rows.next();
    }

    @Override
    public Row row() throws SQLException, UnreadableValueException {
        bytes = OVERHEAD;
        readPlace();
        for (int i = 0; i < columns.size(); i++) {
            set(i);
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            builder.reset();
            throw new UnreadableValueException(String.valueOf(e.getMessage()));
        }
    }

    private void set(int i) throws SQLException, UnreadableValueException {
        Type type = columns.get(i).type();
        try {
            Object value = values.get(rows, i + 1, type);
            if (value != null) {
                Object exact = Exact.convert(value, type);
                bytes += size(exact);
                builder.set(i, exact);
            }
        } catch (UnreadableValueException | IllegalArgumentException | ArithmeticException e) {
            builder.reset();
            String name = columns.get(i).facts().name();
            throw new UnreadableValueException("column '" + name + "': " + e.getMessage()
                    + "; read it as text with columns: {" + name + ": {type: string}}");
        }
    }

    private static int size(Object value) {
        if (value instanceof String text) {
            return NUMBER + 2 * text.length();
        }
        return value instanceof byte[] array ? NUMBER + array.length : NUMBER;
    }

    /** Kept, since it is asked for when the row has gone by. */
    private void readPlace() throws SQLException {
        int hidden = columns.size();
        for (int i = 0; i < order.size(); i++) {
            OrderColumn column = order.get(i);
            int index = column.isHidden() ? ++hidden : column.field() + 1;
            try {
                place[i] = values.get(rows, index, column.type());
            } catch (UnreadableValueException e) {
                place[i] = null;
            }
        }
    }

    @Override
    public List<String> place() throws UnreadableValueException {
        List<String> texts = new ArrayList<>(place.length);
        for (int i = 0; i < place.length; i++) {
            Object value = place[i];
            if (value == null) {
                throw new UnreadableValueException("column '" + order.get(i).name() + "' has no value");
            }
            texts.add(Exact.text(Exact.convert(value, order.get(i).type())));
        }
        return texts;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public void cancel() {
        try {
            statement.cancel();
        } catch (SQLException e) {
            // The connection is closed next.
        }
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
