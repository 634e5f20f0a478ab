package io.mainstem.connectors.http;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Reads an address in a process of its own, whose heap is as small as a test wants, and keeps nothing of what it reads. */
final class LittleMemory {

    private LittleMemory() {}

    /** Why the source stopped, and how many records came before. */
    static String read(String url, String heap) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path").replace(':', File.pathSeparatorChar),
                        LittleMemory.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    /** Reads the address that is the only argument. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        Counting out = new Counting();
        String end = "the end";
        try (Read read = new Read(Read.options("url", arguments[0], "columns", Map.of("id", "int64")))) {
            Split split = read.harness.discover().splits().get(0);
            try (SplitReader reader = read.harness.open(split, true)) {
                while (reader.poll(out, Duration.ZERO).next() != Poll.Next.END) {
                    // more of it
                }
            }
        } catch (StopException e) {
            end = e.code();
        }
        System.out.println(end + " after " + (out.records > 0 ? "records" : "nothing"));
    }

    private static final class Counting implements Emitter {
        private long records;

        @Override
        public void emit(Message message) {
            records++;
        }

        @Override
        public void bad(byte[] raw, String where, String why) {
            throw new AssertionError(where + ": " + why);
        }

        @Override
        public void announce(Split child) {
            throw new AssertionError("a source of HTTP announces nothing");
        }

        @Override
        public void checkpoint(Position after) {}

        @Override
        public void checkpoint(Map<String, Position> changed, Ack ack) {}
    }
}
