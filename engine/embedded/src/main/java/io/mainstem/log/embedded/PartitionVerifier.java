package io.mainstem.log.embedded;

import io.mainstem.log.embedded.LogReport.Finding;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogReport.Subject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Looks at the files of one partition: each segment, and whether they are one sequence. One thread, one use. */
final class PartitionVerifier {
    private static final Pattern SEGMENT = Pattern.compile("\\d{20}\\.log");

    /** What Kafka keeps beside the segments, and what both make of them. */
    private static final Pattern KNOWN =
            Pattern.compile("\\d{20}\\.(index|timeindex|txnindex|snapshot)|leader-epoch-checkpoint|partition\\.metadata"
                    + "|\\d{20}-\\d{10}\\.checkpoint|quorum-state|remote_log_snapshot|\\.lock");

    private final Path folder;
    private final Storage storage;
    private final ExpectedPartition expected;
    private final Findings findings;
    private final Remedy remedy;
    private final boolean exact;
    private final boolean inUse;
    private final List<Segment> segments = new ArrayList<>();
    private boolean swapping;

    /**
     * A verifier.
     *
     * @param exact whether it is one of ours
     * @param inUse whether files may change and go away meanwhile
     */
    PartitionVerifier(
            Path folder, Storage storage, ExpectedPartition expected, Findings findings, boolean exact, boolean inUse) {
        this.folder = folder;
        this.storage = storage;
        this.expected = expected;
        this.findings = findings;
        this.remedy = exact ? Remedy.MAINSTEM : Remedy.KAFKA;
        this.exact = exact;
        this.inUse = inUse;
    }

    void run() throws IOException {
        findings.partitions++;
        list();
        if (segments.isEmpty()) {
            checkEnd(Math.max(expected.start(), 0), folder);
            return;
        }
        Segment first = segments.get(0);
        if (expected.start() >= 0 && first.baseOffset > expected.start()) {
            gap(
                    folder,
                    expected.start(),
                    first.baseOffset,
                    "before the first file, '" + first.file.getFileName() + "'");
        }
        long next = first.baseOffset;
        int epoch = -1;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            checkFollows(i, next);
            boolean last = i == segments.size() - 1;
            long behind = last ? expected.end() : segments.get(i + 1).baseOffset;
            // The index of the segment that was written last is made when the log is closed.
            Severity wrongIndex = last && !expected.closed() ? Severity.NOTE : Severity.DAMAGE;
            IndexCheck index = new IndexCheck(segment, storage, findings, wrongIndex, exact);
            try (SegmentVerifier verifier =
                    new SegmentVerifier(segment, storage, expected, findings, remedy, epoch, behind, index)) {
                next = verifier.run();
                epoch = verifier.epoch();
            } catch (NoSuchFileException e) {
                gone(segment);
                next = behind;
            }
        }
        checkEnd(next, segments.get(segments.size() - 1).file);
    }

    private void list() throws IOException {
        List<String> names = new ArrayList<>(storage.list(folder));
        names.sort(null);
        int left = 0;
        for (String name : names) {
            if (SEGMENT.matcher(name).matches()) {
                segments.add(new Segment(folder, Long.parseLong(name, 0, 20, 10)));
            } else if (name.endsWith(".deleted") || name.endsWith(".cleaned") || name.endsWith(".swap")) {
                left++;
                swapping |= name.endsWith(CleanedSegment.SWAP);
            } else if (!KNOWN.matcher(name).matches()) {
                note(folder.resolve(name), "it is no file of a log", "nothing: it is not looked at");
            }
        }
        if (left > 0) {
            note(
                    folder,
                    left + " files in it are left of a deletion or a compaction",
                    "nothing: the next start takes them away");
        }
    }

    private void note(Path file, String what, String whatToDo) {
        findings.add(Severity.NOTE, Subject.FILE, file, what, whatToDo);
    }

    private void gone(Segment segment) {
        findings.add(
                inUse ? Severity.NOTE : Severity.DAMAGE,
                Subject.FILE,
                segment.file,
                "it went away while it was looked at",
                "look again when nobody has the log open");
    }

    /** Whether a segment begins where the one before it ended. */
    private void checkFollows(int i, long next) {
        Segment segment = segments.get(i);
        // Our compaction leaves no gap between files, but for the time of a swap; Kafka's does.
        boolean mayBeGap = (!exact || swapping) && segment.baseOffset <= expected.compactedEnd();
        if (i == 0 || segment.baseOffset == next || segment.baseOffset > next && mayBeGap) {
            return;
        }
        Path before = segments.get(i - 1).file.getFileName();
        if (segment.baseOffset > next) {
            gap(segment.file, next, segment.baseOffset, "between '" + before + "' and this file");
            return;
        }
        findings.add(new Finding(
                Severity.DAMAGE,
                Subject.OFFSETS,
                segment.file,
                -1,
                -1,
                segment.baseOffset,
                next,
                "it begins at offset " + segment.baseOffset + ", and the file before it, '" + before
                        + "', reaches to offset " + (next - 1),
                remedy.wrongFile()));
    }

    private void gap(Path file, long first, long next, String where) {
        if (exact && !expected.closed() && expected.sureEnd() >= 0 && first >= expected.sureEnd()) {
            findings.add(new Finding(
                    Severity.NOTE,
                    Subject.OFFSETS,
                    file,
                    -1,
                    -1,
                    first,
                    next,
                    SegmentVerifier.missing(first, next) + " " + where,
                    remedy.tornEnd()));
            return;
        }
        boolean right = inUse || !expected.compactionKnown() && next > expected.compactedEnd();
        findings.add(new Finding(
                right ? Severity.NOTE : Severity.DAMAGE,
                Subject.OFFSETS,
                file,
                -1,
                -1,
                first,
                next,
                SegmentVerifier.missing(first, next) + " " + where,
                right ? "nothing, if the topic is or was compacted; otherwise a file is missing" : remedy.wrongFile()));
    }

    private void checkEnd(long next, Path last) {
        if (expected.end() < 0 || next == expected.end()) {
            return;
        }
        if (next > expected.end()) {
            findings.add(
                    Severity.NOTE,
                    Subject.OFFSETS,
                    last,
                    "it has offsets to " + (next - 1) + ", and the log is known to reach to " + (expected.end() - 1),
                    inUse
                            ? "nothing: they were written since"
                            : "nothing: the next open takes from the journal what was acknowledged, and cuts the rest");
            return;
        }
        findings.add(new Finding(
                Severity.DAMAGE,
                Subject.OFFSETS,
                last,
                -1,
                -1,
                next,
                expected.end(),
                SegmentVerifier.missing(next, expected.end())
                        + " at the end: the last file was cut, or files behind it are" + " missing",
                remedy.wrongFile()));
    }
}
