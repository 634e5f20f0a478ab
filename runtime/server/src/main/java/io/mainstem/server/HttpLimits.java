package io.mainstem.server;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The limits of the JDK's server, which are the same for all servers of a process. */
public final class HttpLimits {

    /** How long a request may take to come, with its body. */
    private static final int REQUEST_SECONDS_MAX = 120;

    private static final int HEADERS_MAX = 64;
    private static final int CONNECTIONS_MAX = 512;
    private static final int IDLE_CONNECTIONS_MAX = 64;

    private static final int IDLE_THREAD_SECONDS = 10;

    private HttpLimits() {}

    /**
     * A thread for each connection that sends something: whoever sends slowly, or never to the end, takes one until its time is
     * over, and keeps nobody waiting. How many do something at a time is limited behind it.
     */
    public static ThreadPoolExecutor threads(String name) {
        return new ThreadPoolExecutor(
                0, 2 * CONNECTIONS_MAX, IDLE_THREAD_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Sets them, where nobody has; they count for the first server of the process and all after it. */
    public static void set() {
        set("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
        set("sun.net.httpserver.maxReqHeaders", HEADERS_MAX);
        set("sun.net.httpserver.maxIdleConnections", IDLE_CONNECTIONS_MAX);
        set("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
        // Without it an answer of two packets waits for the client's delayed acknowledgement.
        setText("sun.net.httpserver.nodelay", "true");
    }

    private static void set(String property, int value) {
        setText(property, Integer.toString(value));
    }

    private static void setText(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
