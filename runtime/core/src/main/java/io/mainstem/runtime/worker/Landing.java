package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.SinkBatch;
import java.util.Arrays;

/**
 * What a sink was given of one partition and has not flushed, so that what it asks for again, or sets aside, is not counted as written. Takes
 * eight bytes a message. One thread.
 */
final class Landing {

    private long[] offsets = new long[64];
    private int count;
    private long bytes;

    /** The sink is given a batch, of so many bytes on the log. */
    void add(SinkBatch batch, long bytesOfBatch) {
        int size = count + batch.messages().size();
        if (size > offsets.length) {
            offsets = Arrays.copyOf(offsets, Math.max(size, offsets.length * 2));
        }
        for (Message message : batch.messages()) {
            offsets[count++] = message.offset();
        }
        bytes += bytesOfBatch;
    }

    /** The sink wants all from an offset on again. */
    void rewind(long offset) {
        int kept = firstAt(offset);
        keep(kept);
    }

    /** A message was set aside. */
    void remove(long offset) {
        int place = firstAt(offset);
        if (place < count && offsets[place] == offset) {
            System.arraycopy(offsets, place + 1, offsets, place, count - place - 1);
            keep(count - 1);
        }
    }

    private int firstAt(long offset) {
        int place = Arrays.binarySearch(offsets, 0, count, offset);
        if (place < 0) {
            return -place - 1;
        }
        while (place > 0 && offsets[place - 1] == offset) {
            place--;
        }
        return place;
    }

    /** The bytes of single messages are not known: those of the others are taken as equal. */
    private void keep(int kept) {
        bytes = count == 0 ? 0 : bytes * kept / count;
        count = kept;
    }

    /** The messages that are there. */
    int count() {
        return count;
    }

    /** Their bytes of keys and values on the log. */
    long bytes() {
        return bytes;
    }

    void clear() {
        count = 0;
        bytes = 0;
    }
}
