package io.mainstem.log.embedded;

import io.mainstem.log.CorruptRecordException;
import java.io.IOException;

/** Goes over the batches of a closed segment, first to last, and believes none that a reader would not. One thread at a time. */
final class SegmentWalk {
    private final Segment segment;
    private final FileWindow window;
    private long position;
    private long next;

    SegmentWalk(PartitionLog log, Segment segment) {
        this.segment = segment;
        this.window = new FileWindow((target, at) -> segment.read(log.files(), target, at), segment.size);
        this.next = segment.baseOffset;
    }

    boolean hasNext() {
        return position < window.size();
    }

    /** Where the header of the next batch is in {@link #array}. */
    int header() throws IOException {
        require(window.size() - position >= RecordBatch.HEADER);
        int at = window.at(position, RecordBatch.HEADER);
        byte[] array = window.array();
        require(RecordBatch.plausible(array, at)
                && RecordBatch.size(array, at) <= window.size() - position
                && segment.mayFollow(next, RecordBatch.baseOffset(array, at)));
        return at;
    }

    /** The same, with all of the batch, whose checksum is right. */
    int batch() throws IOException {
        int at = header();
        int size = (int) RecordBatch.size(window.array(), at);
        at = window.at(position, size);
        require(RecordBatch.crcValid(window.array(), at, size));
        return at;
    }

    /** Goes behind the batch. */
    void pass() throws IOException {
        int at = header();
        next = RecordBatch.nextOffset(window.array(), at);
        position += RecordBatch.size(window.array(), at);
    }

    byte[] array() {
        return window.array();
    }

    private void require(boolean right) {
        if (!right) {
            throw damaged("is damaged");
        }
    }

    /** That the next batch is not what it should be. */
    CorruptRecordException damaged(String what) {
        return new CorruptRecordException(
                "the batch at offset " + next + " in '" + segment + "' " + what, next, next + 1);
    }
}
