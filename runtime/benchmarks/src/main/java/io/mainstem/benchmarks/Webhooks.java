package io.mainstem.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How many webhooks a worker answers in a second, each after it is on disk, and how long one waits. */
public final class Webhooks {

    private static final int CONNECTIONS = 64;
    private static final int SECONDS = 15;
    private static final int BYTES = 1024;
    private static final int MOST_PER_CONNECTION = 1_000_000;
    private static final Duration START = Duration.ofMinutes(1);

    private Webhooks() {}

    /**
     * Measures.
     *
     * @param args how many connections, and for how many seconds
     */
    public static void main(String[] args) throws Exception {
        int connections = args.length > 0 ? Integer.parseInt(args[0]) : CONNECTIONS;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : SECONDS;
        Path work = Files.createDirectories(Path.of(System.getProperty("mainstem.work")));
        Path folder = Files.createTempDirectory(work, "webhooks");
        int port = freePort();
        Files.writeString(folder.resolve("hooks.yaml"), """
                name: hooks
                sources: {in: {connector: webhook, topic: hooks, options: {port: PORT, path: /in}}}
                """.replace("PORT", String.valueOf(port)));
        Process process = Job.command(folder, "run", "hooks.yaml").start();
        try {
            awaitPort(port, process);
            measure(port, connections, Math.max(1, seconds / 3));
            double before = Job.processorSeconds(process);
            long[] waits = measure(port, connections, seconds);
            report(waits, connections, seconds, Job.processorSeconds(process) - before);
        } finally {
            process.destroy();
            process.waitFor();
            Workplace.delete(folder);
        }
    }

    private static void report(long[] waits, int connections, int seconds, double processorSeconds) {
        Arrays.sort(waits);
        Lines.print(
                "webhooks",
                "connections",
                connections,
                "bytes",
                BYTES,
                "perSecond",
                (double) waits.length / seconds,
                "medianMillis",
                waits[waits.length / 2] / 1e6,
                "p99Millis",
                waits[(int) (waits.length * 0.99)] / 1e6,
                "processorMicrosPerRequest",
                processorSeconds / waits.length * 1e6,
                "processors",
                Runtime.getRuntime().availableProcessors());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port, Process process) throws Exception {
        long begin = System.nanoTime();
        while (!answers(port)) {
            if (System.nanoTime() - begin > START.toNanos() || process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the worker does not listen");
            }
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** What each answered request waited, in nanoseconds. */
    private static long[] measure(int port, int connections, int seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Sender sender = new Sender(port, end);
            sender.start();
            senders.add(sender);
        }
        for (Sender sender : senders) {
            sender.join();
        }
        for (Sender sender : senders) {
            if (sender.failure != null) {
                throw new IllegalStateException(sender.failure);
            }
        }
        return senders.stream()
                .flatMapToLong(sender -> Arrays.stream(sender.waits, 0, sender.count))
                .toArray();
    }

    /** One connection that sends one request after the other. */
    private static final class Sender extends Thread {
        private final int port;
        private final long end;
        private long[] waits = new long[1024];
        private int count;
        private @Nullable Exception failure;

        Sender(int port, long end) {
            this.port = port;
            this.end = end;
        }

        @Override
        public void run() {
            byte[] request = ("POST /in HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + BYTES + "\r\n\r\n"
                            + "x".repeat(BYTES))
                    .getBytes(StandardCharsets.US_ASCII);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                OutputStream out = socket.getOutputStream();
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (System.nanoTime() < end && count < MOST_PER_CONNECTION) {
                    long begin = System.nanoTime();
                    out.write(request);
                    String status = answer(in);
                    if (!status.startsWith("HTTP/1.1 200")) {
                        throw new IOException(status);
                    }
                    add(System.nanoTime() - begin);
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        private void add(long wait) {
            if (count == waits.length) {
                waits = Arrays.copyOf(waits, count * 2);
            }
            waits[count++] = wait;
        }

        /** The first line of an answer without a body. */
        private static String answer(InputStream in) throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.length() < 4 || !text.substring(text.length() - 4).equals("\r\n\r\n")) {
                int c = in.read();
                if (c < 0) {
                    throw new IOException("the connection was closed after '" + text + "'");
                }
                text.append((char) c);
            }
            return text.substring(0, text.indexOf("\r\n"));
        }
    }
}
