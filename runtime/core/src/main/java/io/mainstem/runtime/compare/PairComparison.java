package io.mainstem.runtime.compare;

import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.runtime.compare.CompareReport.Difference;
import io.mainstem.runtime.compare.CompareReport.Differences;
import io.mainstem.runtime.compare.CompareReport.Kind;
import io.mainstem.runtime.compare.CompareReport.Omission;
import io.mainstem.runtime.compare.CompareReport.Pair;
import io.mainstem.runtime.compare.CompareReport.Rows;
import io.mainstem.runtime.scan.Digest;
import io.mainstem.runtime.scan.Key;
import io.mainstem.runtime.scan.KeySpool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Compares two sides. Each is read once and its keys and digests are spooled, in parts by the hash of the key; then the parts are compared. Keys that
 * are not equal are looked at again, with both sides read anew: a difference counts when both sides are as they were. For one use, on one
 * thread.
 */
final class PairComparison {

    /** So many rows that differ are looked at again; their values are in memory. */
    private static final int SUSPECTS_MAX = 10_000;

    private static final int ROUNDS = 3;

    private final String pipeline;
    private final Side expected;
    private final Side actual;
    private final RowTexts texts;
    private final CompareOptions options;
    private final Progress progress;
    private final List<Omission> notCompared = new ArrayList<>();
    private final Map<Key, Suspect> suspects = new LinkedHashMap<>();
    private final List<Difference> listed = new ArrayList<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private Rows expectedRows;
    private Rows actualRows;
    private long unchecked;
    private long unreadable;
    private @Nullable String whyUnreadable;
    private boolean isLimited;

    /**
     * A key whose rows are not equal.
     *
     * @param expected the digest on the one side; null when it has no such row
     * @param actual that on the other
     */
    private record Suspect(
            @Nullable Digest expected, @Nullable Digest actual) {

        Kind kind() {
            return expected == null ? Kind.EXTRA : actual == null ? Kind.MISSING : Kind.DIFFERENT;
        }
    }

    /**
     * Two sides.
     *
     * @param schema the fields that are compared, and as what
     */
    PairComparison(String pipeline, Side expected, Side actual, Schema schema, CompareOptions options) {
        this.pipeline = pipeline;
        this.expected = expected;
        this.actual = actual;
        this.texts = new RowTexts(schema);
        this.options = options;
        this.progress = new Progress(options.progress());
        this.expectedRows = new Rows(expected.name(), 0, Digest.NONE);
        this.actualRows = new Rows(actual.name(), 0, Digest.NONE);
    }

    Pair compare() throws Exception {
        try (KeySpool there = KeySpool.open();
                KeySpool here = KeySpool.open()) {
            // The other side first: it says which fields it has.
            read(actual, there);
            read(expected, here);
            for (int part = 0; part < KeySpool.PARTS; part++) {
                compare(here.part(part), there.part(part));
            }
        }
        for (int round = 0; round < ROUNDS && !suspects.isEmpty(); round++) {
            TimeUnit.MILLISECONDS.sleep(options.pause().toMillis());
            lookAgain();
        }
        suspects.keySet().forEach(key -> count(Kind.CHANGING, key, List.of()));
        return new Pair(
                pipeline,
                expectedRows,
                actualRows,
                new Differences(
                        count(Kind.MISSING),
                        count(Kind.EXTRA),
                        count(Kind.DIFFERENT),
                        count(Kind.CHANGING),
                        unchecked,
                        unreadable,
                        Optional.ofNullable(whyUnreadable)
                                .map(why -> options.secrets().scrub(why)),
                        listed),
                notCompared,
                Optional.empty());
    }

    private void read(Side side, KeySpool spool) throws Exception {
        progress.begin(side.name());
        side.read(new Taking() {
            @Override
            public void take(Key key, @Nullable Row row) throws IOException {
                progress.row();
                byte[] bytes = key.bytes();
                if (row == null) {
                    spool.remove(bytes, 0, bytes.length);
                } else {
                    spool.add(bytes, 0, bytes.length, texts.digest(texts.of(row)));
                }
            }

            @Override
            public void unreadable(String why) {
                unreadable++;
                whyUnreadable = whyUnreadable == null ? side.name() + ": " + why : whyUnreadable;
            }
        });
    }

    private void compare(Map<Key, Digest> here, Map<Key, Digest> there) {
        expectedRows = sum(expectedRows, here);
        actualRows = sum(actualRows, there);
        here.forEach((key, digest) -> suspect(key, new Suspect(digest, there.get(key))));
        there.keySet().removeAll(here.keySet());
        there.forEach((key, digest) -> suspect(key, new Suspect(null, digest)));
    }

    private static Rows sum(Rows before, Map<Key, Digest> more) {
        Digest digest = before.digest();
        for (Map.Entry<Key, Digest> entry : more.entrySet()) {
            digest = digest.plus(entry.getValue());
        }
        return new Rows(before.name(), before.rows() + more.size(), digest);
    }

    private void suspect(Key key, Suspect suspect) {
        if (Objects.equals(suspect.expected(), suspect.actual())) {
            return;
        }
        if (suspects.size() < SUSPECTS_MAX) {
            suspects.put(key, suspect);
        } else {
            unchecked++;
            count(suspect.kind(), key, List.of());
        }
    }

    private void lookAgain() throws Exception {
        Set<Key> keys = new HashSet<>(suspects.keySet());
        Map<Key, @Nullable String[]> there = values(actual, keys);
        Map<Key, @Nullable String[]> here = values(expected, keys);
        Iterator<Map.Entry<Key, Suspect>> each = suspects.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Key, Suspect> entry = each.next();
            @Nullable String[] one = here.get(entry.getKey());
            @Nullable String[] other = there.get(entry.getKey());
            Suspect now = new Suspect(digest(one), digest(other));
            if (Objects.equals(now.expected(), now.actual())) {
                each.remove();
            } else if (now.equals(entry.getValue())) {
                each.remove();
                List<String> fields = one == null || other == null ? List.<String>of() : texts.different(one, other);
                count(now.kind(), entry.getKey(), fields);
            } else {
                entry.setValue(now);
            }
        }
    }

    private @Nullable Digest digest(@Nullable String @Nullable [] row) {
        return row == null ? null : texts.digest(row);
    }

    private Map<Key, @Nullable String[]> values(Side side, Set<Key> keys) throws Exception {
        Map<Key, @Nullable String[]> values = new HashMap<>();
        progress.begin(side.name() + ", once more for " + keys.size() + " rows that were not equal");
        side.read(new Taking() {
            @Override
            public void take(Key key, @Nullable Row row) {
                progress.row();
                if (!keys.contains(key)) {
                    return;
                }
                if (row == null) {
                    values.remove(key);
                } else {
                    values.put(key, texts.of(row));
                }
            }

            @Override
            public boolean wants(Key key) {
                return keys.contains(key);
            }

            @Override
            public void unreadable(String why) {}
        });
        return values;
    }

    private long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    private void count(Kind kind, Key key, List<String> fields) {
        counts.merge(kind, 1L, Long::sum);
        if (listed.size() < options.limit()) {
            listed.add(new Difference(kind, options.secrets().scrub(key.toString()), fields));
        }
    }

    /** Takes rows of a side; the first time that one says which fields it has, others do not count any more. */
    private abstract class Taking implements Side.Taker {
        @Override
        public void fields(Set<String> names, Map<String, String> omitted) {
            if (!isLimited) {
                isLimited = true;
                texts.limitTo(names)
                        .forEach(name -> notCompared.add(
                                new Omission(name, omitted.getOrDefault(name, "the target does not have it"))));
            }
        }
    }
}
