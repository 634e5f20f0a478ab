package io.mainstem.api;

import java.util.Map;

/** Takes what a reader read. To be used inside {@link SplitReader#poll}, on its thread. */
public interface Emitter {

    /** A message of the split's stream. May wait while the log is slower than the source. */
    void emit(Message message);

    /**
     * Something that was read and is not a message, such as a line with too few fields. By the pipeline's setting it goes
     * to the dead letters, or it stops the source: then this call throws, and the reader lets the exception pass.
     *
     * @param raw the bytes as they were read
     * @param where the place for a person: {@code orders.csv:17}
     * @param why what is wrong, and with which field
     */
    void bad(byte[] raw, String where, String why);

    /** A split that the reader found on its way; stored in the transaction of the next checkpoint. */
    void announce(Split child);

    /**
     * The reader could resume here: everything emitted so far is in front of this position. Its key is the split's id.
     */
    void checkpoint(Position after);

    /**
     * The reader could resume here, and wants to hear when that is durable.
     *
     * @param changed positions by key
     */
    void checkpoint(Map<String, Position> changed, Ack ack);
}
