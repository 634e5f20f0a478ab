package io.mainstem.log.embedded;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes out of batches what compaction does not keep, and collects the rest. Batches come in the order of the partition. What
 * is kept and how is told in {@code docs/log-format.md}. One thread at a time.
 */
final class BatchFilter implements AutoCloseable {
    private final OffsetMap map;
    private final LastBatches producers;
    private final Terms terms;
    private final BatchRecords records = new BatchRecords();
    private final Set<Long> openTransactions = new HashSet<>();
    private boolean[] keeps = new boolean[1024];
    private int kept;
    private boolean keepsTombstone;
    private long greatestTimestamp;
    private byte[] output = new byte[64 << 10];
    private int length;
    private byte[] compressed = {};

    /**
     * By what a round goes.
     *
     * @param mapEnd the end of the stretch whose keys the map has
     * @param now the time of the round
     * @param horizon until when tombstones stay that are seen for the first time
     * @param readByAll from this offset on, no tombstone goes
     */
    record Terms(long mapEnd, long now, long horizon, long readByAll) {}

    BatchFilter(OffsetMap map, LastBatches producers, Terms terms) {
        this.map = map;
        this.producers = producers;
        this.terms = terms;
    }

    /** What was collected since {@link #clear}: {@link #length} bytes of whole batches. */
    byte[] output() {
        return output;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /**
     * Collects what is left of a batch.
     *
     * @param keepEmpty whether the batch stays without records, too
     */
    void add(byte[] source, int at, boolean keepEmpty) throws PayloadException {
        boolean transactional = (RecordBatch.attributes(source, at) & RecordBatch.TRANSACTIONAL) != 0;
        long producer = RecordBatch.producerId(source, at);
        boolean marker = RecordBatch.isMarker(source, at);
        boolean endsTransaction = marker && openTransactions.remove(producer);
        if (!marker && transactional) {
            openTransactions.add(producer);
        }
        if (RecordBatch.baseOffset(source, at) >= terms.mapEnd || endsTransaction) {
            copy(source, at, (int) RecordBatch.size(source, at));
            return;
        }
        choose(source, at, marker);
        boolean setsHorizon = keepsTombstone && !hasHorizon(source, at);
        if (kept == 0) {
            if (keepEmpty || producers.has(source, at)) {
                addEmpty(source, at);
            }
        } else if (kept == RecordBatch.count(source, at) && !setsHorizon) {
            copy(source, at, (int) RecordBatch.size(source, at));
        } else {
            rebuild(source, at, setsHorizon);
        }
    }

    /** Decides about each record. */
    private void choose(byte[] source, int at, boolean marker) throws PayloadException {
        int count = RecordBatch.count(source, at);
        if (count > keeps.length) {
            keeps = new boolean[Math.max(count, 2 * keeps.length)];
        }
        kept = 0;
        keepsTombstone = false;
        greatestTimestamp = Long.MIN_VALUE;
        long base = RecordBatch.baseOffset(source, at);
        boolean horizonPast = hasHorizon(source, at) && RecordBatch.baseTimestamp(source, at) <= terms.now;
        records.open(source, at);
        for (int i = 0; records.next(); i++) {
            keeps[i] = marker ? !horizonPast : keeps(base + records.offsetDelta(), horizonPast);
            if (keeps[i]) {
                kept++;
                greatestTimestamp = Math.max(greatestTimestamp, records.timestampDelta());
                // The marker of a transaction of which nothing is left goes like a tombstone.
                keepsTombstone |= marker || records.keyLength() >= 0 && !records.hasValue();
            }
        }
        greatestTimestamp += RecordBatch.baseTimestamp(source, at);
    }

    private boolean keeps(long offset, boolean horizonPast) {
        if (records.keyLength() < 0) {
            return true;
        }
        if (map.lastOffset(records.array(), records.keyAt(), records.keyLength()) > offset) {
            return false;
        }
        return records.hasValue() || !horizonPast || offset >= terms.readByAll;
    }

    private static boolean hasHorizon(byte[] source, int at) {
        return (RecordBatch.attributes(source, at) & RecordBatch.DELETE_HORIZON) != 0;
    }

    private void copy(byte[] source, int at, int size) {
        output = Bytes.grow(output, length, length + size);
        System.arraycopy(source, at, output, length, size);
        length += size;
    }

    private void addEmpty(byte[] source, int at) {
        int start = length;
        copy(source, at, RecordBatch.HEADER);
        int attributes = RecordBatch.attributes(source, at) & ~(RecordBatch.CODEC_MASK | RecordBatch.DELETE_HORIZON);
        finish(start, attributes, 0, RecordBatch.maxTimestamp(source, at), RecordBatch.maxTimestamp(source, at));
    }

    private void rebuild(byte[] source, int at, boolean setsHorizon) throws PayloadException {
        int start = length;
        int attributes = RecordBatch.attributes(source, at);
        boolean appendTime = (attributes & RecordBatch.APPEND_TIME) != 0;
        long baseTimestamp = setsHorizon ? terms.horizon : RecordBatch.baseTimestamp(source, at);
        long shift = appendTime ? 0 : RecordBatch.baseTimestamp(source, at) - baseTimestamp;
        copy(source, at, RecordBatch.HEADER);
        records.open(source, at);
        for (int i = 0; records.next(); i++) {
            if (keeps[i]) {
                addRecord(shift);
            }
        }
        int codec = compress(start + RecordBatch.HEADER, attributes & RecordBatch.CODEC_MASK);
        attributes = attributes & ~RecordBatch.CODEC_MASK | codec | (setsHorizon ? RecordBatch.DELETE_HORIZON : 0);
        finish(
                start,
                attributes,
                kept,
                baseTimestamp,
                appendTime ? RecordBatch.maxTimestamp(source, at) : greatestTimestamp);
    }

    /** Copies a record, with its timestamp relative to another base. */
    private void addRecord(long shift) {
        byte[] array = records.array();
        if (shift == 0) {
            copy(array, records.start(), records.end() - records.start());
            return;
        }
        long delta = records.timestampDelta() + shift;
        int rest = records.end() - records.offsetAt();
        int body = 1 + Bytes.varlongSize(delta) + rest;
        output = Bytes.grow(output, length, length + Bytes.varintSize(body) + body);
        int to = Bytes.putVarint(output, length, body);
        output[to++] = array[records.timestampAt() - 1];
        to = Bytes.putVarlong(output, to, delta);
        System.arraycopy(array, records.offsetAt(), output, to, rest);
        length = to + rest;
    }

    /** Compresses the end of the output in place; returns the codec's number, or 0 when it is left as it is. */
    private int compress(int from, int id) {
        Codec codec = id == 0 ? null : Codec.of(id);
        if (codec == null) {
            return 0;
        }
        int size = length - from;
        int sizeMax = codec.maxCompressedLength(size);
        if (compressed.length < sizeMax) {
            compressed = new byte[sizeMax];
        }
        int compressedSize = codec.compress(output, from, size, compressed);
        if (compressedSize >= size) {
            return 0;
        }
        System.arraycopy(compressed, 0, output, from, compressedSize);
        length = from + compressedSize;
        return id;
    }

    private void finish(int start, int attributes, int count, long baseTimestamp, long maxTimestamp) {
        Bytes.putInt(output, start + RecordBatch.LENGTH, length - start - RecordBatch.LENGTH_OVERHEAD);
        Bytes.putShort(output, start + RecordBatch.ATTRIBUTES, attributes);
        Bytes.putLong(output, start + RecordBatch.BASE_TIMESTAMP, baseTimestamp);
        Bytes.putLong(output, start + RecordBatch.MAX_TIMESTAMP, maxTimestamp);
        Bytes.putInt(output, start + RecordBatch.COUNT, count);
        Bytes.putInt(output, start + RecordBatch.CRC, RecordBatch.crc(output, start, length - start));
    }

    @Override
    public void close() {
        records.close();
        output = Arrays.copyOf(output, 0);
    }
}
