package io.mainstem.connectors.file;

import io.mainstem.api.Message;
import java.io.IOException;
import java.io.OutputStream;

/** Writes messages as lines. One thread; an instance for each partition. */
interface LineFormat {

    /** Whether the message can stand in the same file as those before it. */
    boolean fits(Message message);

    /** Begins a file with what stands above its rows, if anything. */
    void begin(Message first, OutputStream out) throws IOException;

    /**
     * Writes a message with its line end.
     *
     * @throws IllegalArgumentException when the format has no place for it
     */
    void write(Message message, OutputStream out) throws IOException;
}
