package io.mainstem.server.rest;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.mainstem.server.HttpLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The place of a REST interface, taken so that nobody else gets it. Who connects waits until a {@link RestServer} is opened on
 * it. Closing it, once or more, gives the place back; a server that was opened on it does so, too.
 */
public final class RestListener implements AutoCloseable {

    private final RestOptions options;
    private final HttpServer http;
    private boolean closed;

    private RestListener(RestOptions options, HttpServer http) {
        this.options = options;
        this.http = http;
    }

    /**
     * Takes a place.
     *
     * @throws IOException when it is another's, or a file of TLS is not right
     */
    public static RestListener at(RestOptions options) throws IOException {
        HttpLimits.set();
        InetSocketAddress where = new InetSocketAddress(
                options.address().host(), options.address().port());
        Optional<SSLContext> tls = options.tls().isPresent()
                ? Optional.of(TlsFiles.context(options.tls().get()))
                : Optional.empty();
        try {
            return new RestListener(
                    options,
                    tls.isPresent() ? secure(where, tls.get()) : HttpServer.create(where, RestServer.CALLS_MAX));
        } catch (IOException e) {
            throw new IOException("cannot listen at " + options.address() + ": " + e.getMessage(), e);
        }
    }

    /** A client may show a certificate; {@link Guard} knows which calls need one. */
    private static HttpServer secure(InetSocketAddress where, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(where, RestServer.CALLS_MAX);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        return server;
    }

    RestOptions options() {
        return options;
    }

    HttpServer http() {
        return http;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            http.stop(0);
        }
    }
}
