package io.mainstem.log.embedded;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link LogVerifier} found in a folder. Immutable.
 *
 * @param folder the folder
 * @param kind whose folder it is
 * @param inUse whether a process had it open, so that files changed while they were read
 * @param partitions the partition folders
 * @param segments the {@code .log} files
 * @param batches the good record batches
 * @param records the records in them, those of control batches included
 * @param bytes the bytes that were read of {@code .log} files
 * @param findings what was found, in the order of the files; at most {@link #FINDINGS_MAX}
 * @param damages how many things are damaged, those included that are not in {@code findings}
 */
public record LogReport(
        Path folder,
        Kind kind,
        boolean inUse,
        long partitions,
        long segments,
        long batches,
        long records,
        long bytes,
        List<Finding> findings,
        long damages) {

    /** The most findings that a report lists. */
    public static final int FINDINGS_MAX = 1_000;

    /** Whose folder it is. */
    public enum Kind {
        /** A data folder of the embedded log. */
        MAINSTEM,
        /** A data folder of a Kafka broker. */
        KAFKA,
        /** The folder of one partition, of either. */
        PARTITION
    }

    /** How bad a finding is. */
    public enum Severity {
        /** Something is damaged or missing. */
        DAMAGE,
        /** Worth knowing; nothing is lost. */
        NOTE
    }

    /** What a finding is about. */
    public enum Subject {
        /** The state of the whole log: {@code log.checkpoint}. */
        CHECKPOINT,
        /** The journal. */
        JOURNAL,
        /** Record batches: headers, checksums, the records inside. */
        BATCH,
        /** The sequence of offsets, in a file or from file to file. */
        OFFSETS,
        /** The leader epochs of batches. */
        LEADER_EPOCH,
        /** An offset index. */
        INDEX,
        /** A time index. */
        TIME_INDEX,
        /** Files and folders as such. */
        FILE
    }

    /**
     * One thing that was found.
     *
     * @param severity how bad it is
     * @param subject what it is about
     * @param file the file or folder
     * @param position the first byte of it in the file, or -1 when it is not about bytes
     * @param endPosition one past its last byte, or -1
     * @param firstOffset the first offset that it touches, or -1 for none
     * @param nextOffset one past the last offset that it touches, or -1 when that is not known
     * @param what what it is, a sentence without a full stop
     * @param whatToDo what to do, or what will happen by itself
     */
    public record Finding(
            Severity severity,
            Subject subject,
            Path file,
            long position,
            long endPosition,
            long firstOffset,
            long nextOffset,
            String what,
            String whatToDo) {}

    /** Copies the findings. */
    public LogReport {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is damaged. */
    public boolean isSound() {
        return damages == 0;
    }
}
