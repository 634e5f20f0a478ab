package io.mainstem.server;

/** The limits of the JDK's server, which are the same for all servers of a process. */
public final class HttpLimits {

    /** How long a request may take to come, with its body. */
    private static final int REQUEST_SECONDS_MAX = 120;

    private static final int HEADERS_MAX = 64;
    private static final int CONNECTIONS_MAX = 512;
    private static final int IDLE_CONNECTIONS_MAX = 64;

    private HttpLimits() {}

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
