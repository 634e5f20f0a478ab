package io.mainstem.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes an answer: a line of JSON for each piece of output, and one for the end. Thread-safe. */
final class Frames {

    static final String OUT = "out";
    static final String ERR = "err";
    static final String EXIT = "exit";

    /** Output is sent when there is so much of it, or when it is flushed. */
    private static final int PIECE_BYTES = 32 << 10;

    private static final JsonFactory JSON = new JsonFactory();

    private final OutputStream body;
    private volatile boolean cut;

    Frames(OutputStream body) {
        this.body = body;
    }

    /** Makes the command's output fail from now on, so that it ends. Waits for nothing. */
    void cut() {
        cut = true;
    }

    /** Whether the answer will not be finished. */
    boolean isCut() {
        return cut;
    }

    /** Says that the command still runs, and so finds out whether the asking process does. */
    synchronized void beat() {
        try {
            send(new byte[] {'\n'}, true);
        } catch (IOException e) {
            // The command is told by its next output.
        }
    }

    /** Sends the exit code. */
    synchronized void end(int exitCode) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeNumberField(EXIT, exitCode);
            json.writeEndObject();
        }
        line.write('\n');
        send(line.toByteArray(), true);
    }

    private synchronized void text(String kind, String text, boolean atOnce) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(text.length() + 16);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField(kind, text);
            json.writeEndObject();
        }
        line.write('\n');
        send(line.toByteArray(), atOnce);
    }

    private void send(byte[] bytes, boolean atOnce) throws IOException {
        requireWhole();
        try {
            body.write(bytes);
            if (atOnce) {
                body.flush();
            }
        } catch (IOException e) {
            cut = true;
            throw e;
        }
    }

    private void requireWhole() throws IOException {
        if (cut) {
            throw new IOException("nobody waits for this output any more");
        }
    }

    /**
     * A stream of UTF-8 whose text becomes frames of this kind. A call of its {@code write} must have whole characters, as
     * those of a {@code PrintStream} do.
     */
    OutputStream stream(String kind) {
        return new TextStream(kind);
    }

    /** For one thread at a time. */
    private final class TextStream extends OutputStream {
        private final String kind;
        private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

        TextStream(String kind) {
            this.kind = kind;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            pending.write(bytes, offset, length);
            if (pending.size() >= PIECE_BYTES) {
                sendPending(false);
            }
        }

        @Override
        public void flush() throws IOException {
            requireWhole();
            if (pending.size() > 0) {
                sendPending(true);
            }
        }

        private void sendPending(boolean atOnce) throws IOException {
            String text = pending.toString(StandardCharsets.UTF_8);
            pending.reset();
            text(kind, text, atOnce);
        }
    }
}
