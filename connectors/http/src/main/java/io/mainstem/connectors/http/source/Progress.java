package io.mainstem.connectors.http.source;

import io.mainstem.api.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How far a split has been read: which page of which pass, from which value on, and what must be passed over when it comes again.
 * What is stored as the position, and nothing else. One thread.
 *
 * <pre>
 * page     the state of the pagination; the empty map is the first page
 * index    how many pages of this pass were read
 * skip     how many records of this page are published already
 * since, until   what this pass asks for
 * high     the greatest value of the cursor field
 * seen     records of the last pass that this one may give again, as hash@value
 * fresh    the same for the next pass
 * pages    hashes of the pages, of this pass up to index, behind it those of the last
 * last     the hash of the page before
 * repeats  how often the page before came again
 * etag, modified   what the first page said
 * job, result      the export that is being waited for, and where it is
 * done     whether the pass is over
 * </pre>
 */
final class Progress {

    /** The most records that are remembered to be passed over. */
    static final int SEEN_MAX = 1000;

    private static final int PAGES_MAX = 500;

    Map<String, Object> page = Map.of();
    long index;
    long skip;
    long repeats;
    boolean done = true;
    Optional<String> since = Optional.empty();
    Optional<String> until = Optional.empty();
    Optional<String> high = Optional.empty();
    Optional<String> etag = Optional.empty();
    Optional<String> modified = Optional.empty();
    Optional<String> job = Optional.empty();
    Optional<String> result = Optional.empty();
    Optional<String> last = Optional.empty();
    private Map<String, String> seen = new LinkedHashMap<>();
    private final Map<String, String> fresh = new LinkedHashMap<>();
    private final List<String> pages = new ArrayList<>();

    static Progress of(@Nullable Position position) {
        Progress progress = new Progress();
        if (position != null) {
            progress.read(position);
        }
        return progress;
    }

    @SuppressWarnings("unchecked")
    private void read(Position position) {
        if (position.get("page") instanceof Map<?, ?> map) {
            page = Map.copyOf((Map<String, Object>) map);
        }
        index = position.longAt("index").orElse(0L);
        skip = position.longAt("skip").orElse(0L);
        repeats = position.longAt("repeats").orElse(0L);
        done = position.get("done") instanceof Boolean truth && truth;
        since = position.textAt("since");
        until = position.textAt("until");
        high = position.textAt("high");
        etag = position.textAt("etag");
        modified = position.textAt("modified");
        job = position.textAt("job");
        result = position.textAt("result");
        last = position.textAt("last");
        readMarks(position.get("seen"), seen);
        readMarks(position.get("fresh"), fresh);
        if (position.get("pages") instanceof List<?> list) {
            list.forEach(hash -> pages.add(hash.toString()));
        }
    }

    private static void readMarks(@Nullable Object value, Map<String, String> marks) {
        if (value instanceof List<?> list) {
            for (Object mark : list) {
                String[] parts = mark.toString().split("@", 2);
                marks.put(parts[0], parts.length == 2 ? parts[1] : "");
            }
        }
    }

    Position position() {
        Map<String, Object> values = new HashMap<>();
        values.put("page", page);
        putIf(values, "index", index);
        putIf(values, "skip", skip);
        putIf(values, "repeats", repeats);
        if (done) {
            values.put("done", true);
        }
        since.ifPresent(text -> values.put("since", text));
        until.ifPresent(text -> values.put("until", text));
        high.ifPresent(text -> values.put("high", text));
        etag.ifPresent(text -> values.put("etag", text));
        modified.ifPresent(text -> values.put("modified", text));
        job.ifPresent(text -> values.put("job", text));
        result.ifPresent(text -> values.put("result", text));
        last.ifPresent(text -> values.put("last", text));
        putMarks(values, "seen", seen);
        putMarks(values, "fresh", fresh);
        if (!pages.isEmpty()) {
            values.put("pages", List.copyOf(pages));
        }
        return Position.of(values);
    }

    private static void putIf(Map<String, Object> values, String name, long number) {
        if (number != 0) {
            values.put(name, number);
        }
    }

    private static void putMarks(Map<String, Object> values, String name, Map<String, String> marks) {
        if (!marks.isEmpty()) {
            values.put(
                    name,
                    marks.entrySet().stream()
                            .map(mark -> mark.getKey() + "@" + mark.getValue())
                            .toList());
        }
    }

    /** Whether a record is published already. */
    boolean isSeen(String hash) {
        return seen.containsKey(hash) || fresh.containsKey(hash);
    }

    /** Keeps a record in mind as long as the next pass, which begins so much earlier, may give it again. */
    void published(String hash, String value, UnaryOperator<String> earlier) {
        if (high.isEmpty() || Moments.compare(value, high.get()) > 0 || Moments.isDayOf(value, high.get())) {
            high = Optional.of(value);
            String oldest = earlier.apply(value);
            fresh.values().removeIf(kept -> Moments.compare(kept, oldest) < 0);
        }
        keep(hash, value, earlier.apply(high.get()));
    }

    private void keep(String hash, String value, String oldest) {
        if (Moments.compare(value, oldest) >= 0 && (fresh.size() < SEEN_MAX || makeRoom(value))) {
            fresh.put(hash, value);
        }
    }

    /** The one with the smallest value is forgotten first. Returns whether there is room now. */
    private boolean makeRoom(String value) {
        Map.Entry<String, String> least = null;
        for (Map.Entry<String, String> mark : fresh.entrySet()) {
            if (least == null || Moments.compare(mark.getValue(), least.getValue()) < 0) {
                least = mark;
            }
        }
        if (least == null || Moments.compare(value, least.getValue()) < 0) {
            return false;
        }
        fresh.remove(least.getKey());
        return true;
    }

    /** Whether this page of the last pass was the same, and notes what it is now. */
    boolean isUnchanged(String hash) {
        if (index >= PAGES_MAX) {
            return false;
        }
        int at = (int) index;
        if (at < pages.size()) {
            return pages.set(at, hash).equals(hash);
        }
        pages.add(hash);
        return false;
    }

    /** Whether the page before was the same, and notes what this one is. */
    boolean isRepeated(String hash) {
        boolean repeated = last.filter(hash::equals).isPresent();
        last = Optional.of(hash);
        return repeated;
    }

    void nextPage(Map<String, Object> next) {
        page = next;
        index++;
        skip = 0;
    }

    /** Begins a pass, or the next slice of one. */
    void begin(Optional<String> from, Optional<String> to, boolean keepPage) {
        since = from;
        until = to;
        if (!keepPage) {
            page = Map.of();
            last = Optional.empty();
        }
        index = 0;
        skip = 0;
        repeats = 0;
        done = false;
    }

    /** Everything up to a moment was read; of a day, that is not said before it is over. */
    void readUntil(String moment) {
        if (high.isEmpty() || !Moments.isDayOf(high.get(), moment)) {
            high = Optional.of(moment);
        }
    }

    /** Ends a pass, of which the page at {@link #index} was the last. */
    void end(UnaryOperator<String> earlier) {
        while (pages.size() > index + 1) {
            pages.remove(pages.size() - 1);
        }
        high.map(earlier).ifPresent(oldest -> seen.forEach((hash, value) -> keep(hash, value, oldest)));
        seen = new LinkedHashMap<>(fresh);
        fresh.clear();
        job = Optional.empty();
        result = Optional.empty();
        done = true;
        skip = 0;
    }
}
