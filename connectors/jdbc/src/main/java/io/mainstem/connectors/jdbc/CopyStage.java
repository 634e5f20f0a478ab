package io.mainstem.connectors.jdbc;

import io.mainstem.api.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The temporary table of a plan, and the statements that bring its rows into the table. Columns whose values only the server
 * can read are texts there. Not thread-safe.
 */
final class CopyStage {

    private static final String ORDER = "mainstem_order";
    private static final String DELETED = "mainstem_deleted";
    private static final String SEARCH = "mainstem_search";
    private static final String ROW = "mainstem_row";

    private final TablePlan plan;
    private final Dialect dialect;
    private final String table;
    private final String stage;
    private final String names;
    private final String keys;
    private final boolean casts;
    private boolean made;
    private boolean filled;
    private Effect deletes = Effect.DELETE;

    CopyStage(TablePlan plan, Dialect dialect, int number) {
        this.plan = plan;
        this.dialect = dialect;
        this.table = dialect.quote(plan.table().name());
        this.stage = "mainstem_stage_" + number;
        this.names = dialect.quote(plan.columnNames());
        this.keys = dialect.quote(plan.key());
        this.casts = plan.bindings().stream()
                .anyMatch(binding ->
                        PgCasts.stageType(binding.type(), binding.column()).isPresent());
    }

    /** Whether rows take this way. */
    boolean isUsed() {
        return plan.effect() != Effect.INSERT || casts;
    }

    /** What the rows do that are marked as deletions. */
    void deletesBy(Effect effect) {
        deletes = effect;
    }

    /** What makes the temporary table ready; null when it is. */
    @Nullable
    String prepare() {
        boolean wasMade = made;
        boolean wasFilled = filled;
        made = true;
        filled = true;
        if (!wasMade) {
            return "DROP TABLE IF EXISTS pg_temp." + stage + "; CREATE TEMP TABLE " + stage
                    + " ON COMMIT DELETE ROWS AS SELECT " + columns(this::staged) + ", 0 AS " + ORDER + ", false AS "
                    + DELETED + " FROM " + table + " WITH NO DATA";
        }
        return wasFilled ? "TRUNCATE pg_temp." + stage : null;
    }

    private String columns(java.util.function.Function<TablePlan.Binding, String> one) {
        return plan.bindings().stream().map(one).collect(Collectors.joining(", "));
    }

    private String name(TablePlan.Binding binding) {
        return dialect.quote(binding.column().name());
    }

    private String staged(TablePlan.Binding binding) {
        return PgCasts.stageType(binding.type(), binding.column())
                .map(type -> "NULL::" + type + " AS " + name(binding))
                .orElseGet(() -> name(binding));
    }

    private String read(TablePlan.Binding binding) {
        Optional<String> type = PgCasts.stageType(binding.type(), binding.column());
        return type.isEmpty()
                ? name(binding)
                : "CAST(" + name(binding) + " AS " + PgCasts.castType(binding.column()) + ") AS " + name(binding);
    }

    /** The transaction ended; when it was rolled back, the temporary table may be gone. */
    void ended(boolean committed) {
        filled = false;
        made &= committed;
    }

    /** The name that PostgreSQL gives in messages about the copied rows. */
    String copiedInto() {
        return isUsed() ? stage : plan.table().name().name();
    }

    String copy() {
        return isUsed()
                ? "COPY pg_temp." + stage + " (" + names + ", " + ORDER + ", " + DELETED
                        + ") FROM STDIN (FORMAT binary)"
                : "COPY " + table + " (" + names + ") FROM STDIN (FORMAT binary)";
    }

    /** What makes a temporary table for rows that lack their parents, in which each row has its place, from 1. */
    String makeSearch() {
        return dropSearch() + "; CREATE TEMP TABLE " + SEARCH + " AS SELECT " + columns(this::staged)
                + (isUsed() ? ", 0 AS " + ORDER + ", false AS " + DELETED : "") + " FROM " + table
                + " WITH NO DATA; ALTER TABLE pg_temp." + SEARCH + " ADD COLUMN " + ROW
                + " int GENERATED ALWAYS AS IDENTITY";
    }

    String dropSearch() {
        return "DROP TABLE IF EXISTS pg_temp." + SEARCH;
    }

    String copyToSearch() {
        return "COPY pg_temp." + SEARCH + " (" + names + (isUsed() ? ", " + ORDER + ", " + DELETED : "")
                + ") FROM STDIN (FORMAT binary)";
    }

    /**
     * Asks for the places of the rows that lack those which a foreign key points to, with its values; of rows that replace one another,
     * the last. Empty when the rows do not have its columns, or do not add rows.
     */
    Optional<String> search(ForeignKey key) {
        if (!plan.effect().writesRows() || !plan.columnNames().containsAll(key.columns())) {
            return Optional.empty();
        }
        String rows = "(SELECT " + columns(this::read) + ", " + ROW + " FROM pg_temp." + SEARCH
                + (isUsed() ? " WHERE NOT " + DELETED : "") + ") AS r";
        String last = plan.effect() == Effect.UPSERT
                ? "(SELECT DISTINCT ON (" + keys + ") * FROM " + rows + " ORDER BY " + keys + ", " + ROW + " DESC)"
                : "(SELECT * FROM " + rows + ")";
        List<String> own = key.columns().stream()
                .map(column -> "s." + dialect.quote(column))
                .toList();
        String texts = own.stream().map(column -> column + "::text").collect(Collectors.joining(", "));
        String present =
                own.stream().map(column -> column + " IS NOT NULL AND ").collect(Collectors.joining());
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            pairs.add("p." + dialect.quote(key.parentColumns().get(i)) + " = " + own.get(i));
        }
        String isParent = " AS p WHERE " + String.join(" AND ", pairs) + ")";
        boolean mayBeAmongThem = key.isOwn() && plan.columnNames().containsAll(key.parentColumns());
        return Optional.of(
                "SELECT s." + ROW + ", concat_ws(', ', " + texts + ") FROM " + last + " AS s WHERE " + present
                        + "NOT EXISTS (SELECT FROM " + key.parent() + isParent
                        + (mayBeAmongThem ? " AND NOT EXISTS (SELECT FROM " + last + isParent : ""));
    }

    /** The statements that bring the staged rows into the table, in their order; the last of each key wins. */
    List<String> merge(boolean repeatedKeys, boolean hasDeletes, boolean hasRows) {
        return switch (plan.effect()) {
            case INSERT -> List.of(insert());
            case VERSION, CLOSE -> versions(hasRows);
            default -> lastOfEachKey(repeatedKeys, hasDeletes, hasRows);
        };
    }

    /**
     * All that is sent, in its order, each with what it is for.
     *
     * @param deletion what messages that delete do; empty when there are none
     */
    List<Plan.Request> requests(Optional<Effect> deletion) {
        if (!isUsed()) {
            return List.of(new Plan.Request(Effect.INSERT.purpose(), copy()));
        }
        deletion.ifPresent(this::deletesBy);
        List<Plan.Request> requests = new ArrayList<>();
        requests.add(new Plan.Request("stage rows", String.valueOf(prepare())));
        requests.add(new Plan.Request("copy rows", copy()));
        List<String> statements = merge(false, deletion.isPresent(), true);
        for (int i = 0; i < statements.size(); i++) {
            requests.add(new Plan.Request(effect(i, statements.size(), deletion).purpose(), statements.get(i)));
        }
        return requests;
    }

    /** What one of the statements of {@link #merge} does. */
    private Effect effect(int statement, int count, Optional<Effect> deletion) {
        if (plan.effect() == Effect.VERSION) {
            return statement == 0 ? Effect.CLOSE : Effect.VERSION;
        }
        boolean isDeletion =
                deletion.equals(Optional.of(Effect.MARK)) ? statement == count - 1 : count > 1 && statement == 0;
        return isDeletion ? deletion.orElseThrow() : plan.effect();
    }

    private String source() {
        return casts
                ? "(SELECT " + columns(this::read) + ", " + ORDER + ", " + DELETED + " FROM pg_temp." + stage + ") AS c"
                : "pg_temp." + stage;
    }

    private String insert() {
        return "INSERT INTO " + table + " (" + names + ") OVERRIDING SYSTEM VALUE SELECT " + names + " FROM " + source()
                + " ORDER BY " + ORDER;
    }

    private List<String> lastOfEachKey(boolean repeatedKeys, boolean hasDeletes, boolean hasRows) {
        String last = repeatedKeys ? last("") : source();
        List<String> statements = new ArrayList<>();
        if (hasDeletes && deletes == Effect.DELETE) {
            statements.add("DELETE FROM " + table + " AS t USING " + aliased(last) + " WHERE s." + DELETED + sameKey());
        }
        if (hasRows) {
            // A row that is only marked as deleted has the values that came before.
            boolean marks = deletes == Effect.MARK && hasDeletes && repeatedKeys;
            statements.add(write(marks ? last(" WHERE NOT " + DELETED) : last));
        }
        if (hasDeletes && deletes == Effect.MARK) {
            String deletedAt = dialect.quote(plan.marks().deletedAt());
            statements.add("UPDATE " + table + " AS t SET " + deletedAt + " = s." + deletedAt + " FROM " + aliased(last)
                    + " WHERE s." + DELETED + " AND t." + deletedAt + " IS NULL" + sameKey());
        }
        return statements;
    }

    private String last(String where) {
        return "(SELECT DISTINCT ON (" + keys + ") * FROM " + source() + where + " ORDER BY " + keys + ", " + ORDER
                + " DESC)";
    }

    private static String aliased(String source) {
        return source.endsWith(" AS c") ? source.substring(0, source.length() - 1) + "s" : source + " AS s";
    }

    private String sameKey() {
        return plan.key().stream()
                .map(column -> " AND t." + dialect.quote(column) + " = s." + dialect.quote(column))
                .collect(Collectors.joining());
    }

    private String write(String source) {
        String rows = aliased(source) + " WHERE NOT s." + DELETED;
        if (plan.effect() == Effect.UPDATE) {
            String sets = sets(column -> column + " = s." + column);
            String first = dialect.quote(plan.key().get(0));
            return "UPDATE " + table + " AS t SET " + (sets.isEmpty() ? first + " = s." + first : sets) + " FROM "
                    + rows + sameKey();
        }
        String sets = sets(column -> column + " = excluded." + column);
        return "INSERT INTO " + table + " (" + names + ") OVERRIDING SYSTEM VALUE SELECT " + names + " FROM " + rows
                + " ON CONFLICT (" + keys + ") DO " + (sets.isEmpty() ? "NOTHING" : "UPDATE SET " + sets);
    }

    /** Whether an upsert changes the row that is there, so that each row is written. */
    boolean replaces() {
        return !sets(column -> column).isEmpty();
    }

    private String sets(UnaryOperator<String> one) {
        return plan.columnNames().stream()
                .filter(column -> !plan.key().contains(column))
                .map(dialect::quote)
                .map(one)
                .collect(Collectors.joining(", "));
    }

    /** How many rows an update should have found. */
    String countRows() {
        return "SELECT count(*) FROM " + last(" WHERE NOT " + DELETED) + " AS s";
    }

    /** Closes what is open of each key that comes, and adds the versions, each of which ends where the next begins. */
    private List<String> versions(boolean hasRows) {
        Marks marks = plan.marks();
        String from = dialect.quote(marks.validFrom());
        String to = dialect.quote(marks.validTo());
        String version = dialect.quote(marks.version());
        List<String> statements = new ArrayList<>();
        statements.add("UPDATE " + table + " AS t SET " + to + " = s." + from + " FROM (SELECT DISTINCT ON (" + keys
                + ") * FROM " + source() + " ORDER BY " + keys + ", " + ORDER + ") AS s WHERE t." + to
                + " IS NULL AND t." + version + " < s." + version + sameKey());
        if (hasRows) {
            String sets = sets(column -> column + " = excluded." + column);
            statements.add("INSERT INTO " + table + " AS t (" + names + ", " + to + ") OVERRIDING SYSTEM VALUE SELECT "
                    + names + ", " + to + " FROM (SELECT DISTINCT ON (" + keys + ", " + version
                    + ") * FROM (SELECT *, lead(" + from + ") OVER (PARTITION BY " + keys + " ORDER BY " + version
                    + ", " + ORDER + ") AS " + to + " FROM " + source() + ") AS w WHERE NOT " + DELETED + " ORDER BY "
                    + keys + ", " + version + ", " + ORDER + " DESC) AS s ORDER BY " + ORDER + " ON CONFLICT (" + keys
                    + ", " + version + ") DO UPDATE SET " + sets + ", " + to + " = coalesce(t." + to + ", excluded."
                    + to + ")");
        }
        return statements;
    }
}
