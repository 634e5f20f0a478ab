package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;

/** Writes and reads the values of one topic; {@link Codecs} makes it. One thread at a time: it keeps what it compiled. */
public interface ValueCodec {

    /**
     * Appends a value to the buffer.
     *
     * @throws UnencodableException when this codec cannot write such a value; the buffer's content is then undefined
     * @throws io.mainstem.runtime.schema.IncompatibleSchemaException when the topic does not take the row's schema
     */
    void encode(Datum value, EncodeBuffer out);

    /**
     * Reads a value. It may point into the array, which must not be changed afterwards.
     *
     * @throws UndecodableException when the bytes are not a value
     */
    Datum decode(byte[] array, int offset, int length);
}
