package io.mainstem.log.embedded;

import io.mainstem.log.embedded.LogReport.Finding;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogReport.Subject;
import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every batch of one segment, first to last, and goes on behind what is damaged. One thread, one use.
 *
 * <p>Readers find their way by base offsets and sizes, which the checksum of a batch does not cover, so these are held
 * against those of the batches around.
 */
final class SegmentVerifier implements AutoCloseable {
    private static final int SEARCH_BYTES = 1 << 20;

    private final Segment segment;
    private final ExpectedPartition expected;
    private final Findings findings;
    private final Remedy remedy;
    private final long behind;
    private final StoredFile file;
    private final FileWindow window;
    private final IndexCheck index;
    private final RecordsCheck records = new RecordsCheck();
    private final long size;

    private long position;
    private long next;
    private int epoch;
    private boolean foreign;
    private long gaps;
    private long firstGap;

    /**
     * A verifier.
     *
     * @param epoch the leader epoch of the batches before the segment, or -1
     * @param behind the first offset behind the segment, or -1 when that is not known
     */
    SegmentVerifier(
            Segment segment,
            Storage storage,
            ExpectedPartition expected,
            Findings findings,
            Remedy remedy,
            int epoch,
            long behind,
            IndexCheck index)
            throws IOException {
        this.segment = segment;
        this.expected = expected;
        this.findings = findings;
        this.remedy = remedy;
        this.epoch = epoch;
        this.behind = behind;
        this.index = index;
        this.next = segment.baseOffset;
        this.file = storage.open(segment.file);
        this.window = new FileWindow(file::read, file.size());
        this.size = window.size();
    }

    /** Looks at all of it and returns the offset that should follow. */
    long run() throws IOException {
        while (position < size) {
            String wrong = wrong();
            if (wrong == null) {
                goodBatch();
            } else {
                damaged(wrong);
            }
        }
        index.end();
        if (gaps > 0) {
            findings.add(new Finding(
                    Severity.NOTE,
                    Subject.OFFSETS,
                    segment.file,
                    -1,
                    -1,
                    firstGap,
                    next,
                    "there are " + gaps + " gaps between its offsets, the first at offset " + firstGap,
                    "nothing, if the topic is or was compacted; otherwise records are missing"));
        }
        findings.segments++;
        findings.bytes += size;
        return foreign && behind >= 0 ? behind : next;
    }

    /** The leader epoch of the last batch. */
    int epoch() {
        return epoch;
    }

    /** Why the bytes at the position are no good batch, or null. */
    private @Nullable String wrong() throws IOException {
        if (size - position < RecordBatch.HEADER) {
            return "the file ends within the header of a batch";
        }
        int at = window.at(position, RecordBatch.HEADER);
        if (!RecordBatch.plausible(window.array(), at)) {
            return "the header of the batch makes no sense";
        }
        long batchSize = RecordBatch.size(window.array(), at);
        if (batchSize > size - position) {
            return "the file ends within the batch";
        }
        at = window.at(position, (int) batchSize);
        return RecordBatch.crcValid(window.array(), at, (int) batchSize) ? null : "the checksum of the batch is wrong";
    }

    private void goodBatch() throws IOException {
        int at = window.at(position, RecordBatch.HEADER);
        int batchSize = (int) RecordBatch.size(window.array(), at);
        int lastDelta = Bytes.getInt(window.array(), at + RecordBatch.LAST_OFFSET_DELTA);
        long base = RecordBatch.baseOffset(window.array(), at);
        if (base != next) {
            base = baseOf(base, lastDelta, position + batchSize);
        }
        checkEpoch(base, lastDelta, batchSize);
        at = window.at(position, batchSize);
        byte[] array = window.array();
        String problem = records.problem(array, at, expected.mayBeCompacted(base));
        if (problem != null) {
            add(
                    Severity.DAMAGE,
                    Subject.BATCH,
                    position + batchSize,
                    base,
                    base + lastDelta + 1,
                    problem,
                    remedy.wrongBatch());
        }
        if (!foreign) {
            index.batch(position, base, base + lastDelta, RecordBatch.maxTimestamp(array, at));
        }
        findings.batches++;
        findings.records += Bytes.getInt(array, at + RecordBatch.COUNT);
        next = base + lastDelta + 1;
        position += batchSize;
    }

    /** The base offset that a batch should have, when it has another than that which follows. */
    private long baseOf(long base, int lastDelta, long behindPosition) throws IOException {
        long right = next + lastDelta + 1;
        long following = following(behindPosition);
        if (following >= right && (base < next || base + lastDelta + 1 > following)) {
            // What follows fits to what came before, and this batch does not.
            add(
                    Severity.DAMAGE,
                    Subject.OFFSETS,
                    behindPosition,
                    next,
                    following,
                    "the batch says that it begins at offset " + base + ", and stands where offset " + next
                            + " belongs",
                    remedy.wrongBatch());
            index.skip(position, behindPosition, following);
            return next;
        }
        if (base > next && base <= expected.compactedEnd()) {
            return base;
        }
        if (base > next && !expected.compactionKnown()) {
            firstGap = gaps++ == 0 ? next : firstGap;
            return base;
        }
        if (position == 0) {
            foreign = true;
            index.skip(0, size, Long.MAX_VALUE);
            add(
                    Severity.DAMAGE,
                    Subject.FILE,
                    size,
                    next,
                    behind,
                    "its name says that it begins at offset " + next + ", and its first batch begins at offset " + base
                            + ": the file was renamed or mixed up, or its beginning was cut away",
                    remedy.wrongFile());
        } else if (base > next) {
            add(Severity.DAMAGE, Subject.OFFSETS, position, next, base, missing(next, base), remedy.missing(base));
        } else {
            add(
                    Severity.DAMAGE,
                    Subject.OFFSETS,
                    behindPosition,
                    base,
                    base + lastDelta + 1,
                    "the batch begins at offset " + base + ", which is before the end of the batch before it, " + next,
                    remedy.wrongBatch());
        }
        return base;
    }

    static String missing(long first, long next) {
        return next - first == 1
                ? "offset " + first + " is missing"
                : "offsets " + first + " to " + (next - 1) + " are missing";
    }

    /** The base offset of what follows, or what lies behind the file when nothing does. */
    private long following(long at) throws IOException {
        if (at + RecordBatch.HEADER > size) {
            return behind;
        }
        int header = window.at(at, RecordBatch.HEADER);
        return RecordBatch.plausible(window.array(), header) ? RecordBatch.baseOffset(window.array(), header) : -1;
    }

    private void checkEpoch(long base, int lastDelta, int batchSize) throws IOException {
        int here = epochAt(position);
        int right = expected.epochOf(base);
        boolean known = right >= 0 && base < expected.sureEnd();
        if (!known && here > epoch && position + batchSize + RecordBatch.HEADER <= size) {
            // A wrong one that is too great would make all that follow look wrong.
            int after = epochAt(position + batchSize);
            right = after < here && after >= epoch ? after : here;
        } else if (!known) {
            right = Math.max(here, epoch);
        }
        // Old versions of Kafka wrote -1.
        if (here != right && here != -1) {
            add(
                    Severity.DAMAGE,
                    Subject.LEADER_EPOCH,
                    position + batchSize,
                    base,
                    base + lastDelta + 1,
                    "the batch has leader epoch " + here + ", and should have " + right,
                    "nothing is lost: the records are right, and no checksum covers the epoch");
        }
        epoch = Math.max(right, epoch);
    }

    private int epochAt(long at) throws IOException {
        int header = window.at(at, RecordBatch.HEADER);
        return Bytes.getInt(window.array(), header + RecordBatch.LEADER_EPOCH);
    }

    private void damaged(String reason) throws IOException {
        long found = search();
        long start = position;
        position = found < 0 ? size : found;
        long nextGood =
                found < 0 ? behind : RecordBatch.baseOffset(window.array(), window.at(found, RecordBatch.HEADER));
        boolean torn = found < 0 && next >= expected.sureEnd();
        findings.add(new Finding(
                torn ? Severity.NOTE : Severity.DAMAGE,
                Subject.BATCH,
                segment.file,
                start,
                position,
                next,
                nextGood,
                reason,
                torn ? remedy.tornEnd() : remedy.missing(nextGood)));
        index.skip(start, position, nextGood < 0 ? Long.MAX_VALUE : nextGood);
        next = Math.max(next, nextGood);
    }

    /** Where the next good batch begins, or -1: behind the bad one if its size is right, else wherever one can be found. */
    private long search() throws IOException {
        if (size - position >= RecordBatch.HEADER) {
            int at = window.at(position, RecordBatch.HEADER);
            long batchSize = RecordBatch.size(window.array(), at);
            if (batchSize >= RecordBatch.HEADER && isGood(position + batchSize)) {
                return position + batchSize;
            }
        }
        long from = position + 1;
        while (size - from >= RecordBatch.HEADER) {
            int length = (int) Math.min(SEARCH_BYTES, size - from);
            int at = window.at(from, length);
            byte[] array = window.array();
            for (int i = 0; i + RecordBatch.HEADER <= length; i++) {
                if (array[at + i + RecordBatch.MAGIC] != 2) {
                    continue;
                }
                if (mayFollow(array, at + i) && isGood(from + i)) {
                    return from + i;
                }
                at = window.at(from, length);
                array = window.array();
            }
            from += length - RecordBatch.HEADER + 1;
        }
        return -1;
    }

    private boolean mayFollow(byte[] array, int at) {
        long base = RecordBatch.baseOffset(array, at);
        long most = behind >= 0 ? behind : next + Integer.MAX_VALUE;
        return RecordBatch.plausible(array, at) && base > next && base < most;
    }

    private boolean isGood(long at) throws IOException {
        if (size - at < RecordBatch.HEADER) {
            return false;
        }
        int header = window.at(at, RecordBatch.HEADER);
        long batchSize = RecordBatch.size(window.array(), header);
        if (!mayFollow(window.array(), header) || batchSize > size - at) {
            return false;
        }
        header = window.at(at, (int) batchSize);
        return RecordBatch.crcValid(window.array(), header, (int) batchSize);
    }

    private void add(
            Severity severity, Subject subject, long endPosition, long first, long end, String what, String whatToDo) {
        findings.add(new Finding(severity, subject, segment.file, position, endPosition, first, end, what, whatToDo));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
