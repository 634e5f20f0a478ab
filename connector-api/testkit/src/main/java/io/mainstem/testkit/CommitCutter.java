package io.mainstem.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between clients and a PostgreSQL, and cuts a connection when a COMMIT was answered but the client has not heard. The server
 * may be away for a while; a client that comes then is turned away. Thread-safe.
 */
public final class CommitCutter implements AutoCloseable {

    /** How the server says that it has committed. */
    private static final String COMMITTED = "COMMIT\0";

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicInteger cuts = new AtomicInteger();

    /** Listens on a free port of this machine. */
    public CommitCutter(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** The port that clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Cuts the connection of the next commit. */
    public void cutNextCommit() {
        armed.set(true);
    }

    /** How many commits were left without their answer. */
    public int cuts() {
        return cuts.get();
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "commit-cutter");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // Closed, or a client that has gone.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        try {
            Socket server = new Socket(host, port);
            sockets.add(server);
            start(() -> pump(client, server, false));
            start(() -> pump(server, client, true));
        } catch (IOException away) {
            cut(client);
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (answers && contains(buffer, count) && armed.compareAndSet(true, false)) {
                    cuts.incrementAndGet();
                    break;
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // One side has gone; the other follows.
        }
        cut(from);
        cut(to);
    }

    private void cut(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean contains(byte[] buffer, int count) {
        return new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains(COMMITTED);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(this::cut);
    }
}
