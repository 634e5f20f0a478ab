package io.mainstem.server.rest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a worker listens, and who may ask. Immutable.
 *
 * @param address where
 * @param token a token that is taken beside the one of worker.json, if one is set
 * @param tls how connections are kept private, if they are
 */
public record RestOptions(Address address, Optional<String> token, Optional<Tls> tls) {

    /** The fewest characters of a token: less could be guessed. */
    public static final int TOKEN_CHARACTERS_MIN = 16;

    /**
     * Checks that nobody can ask from outside without showing who it is.
     *
     * @throws IllegalArgumentException when anybody could; the message says what to set
     */
    public RestOptions {
        if (token.isPresent() && token.get().length() < TOKEN_CHARACTERS_MIN) {
            throw new IllegalArgumentException("the token has fewer than " + TOKEN_CHARACTERS_MIN
                    + " characters; make one with 'openssl rand -hex 32'");
        }
        boolean isGuarded = token.isPresent() || tls.flatMap(Tls::clients).isPresent();
        if (!isGuarded && !address.isLoopback()) {
            throw new IllegalArgumentException("listening at " + address
                    + ", which is no loopback address, would let everybody in; set 'listen-token' (such as"
                    + " ${env:MAINSTEM_TOKEN}) or 'tls-clients' in mainstem.yaml, or listen at 127.0.0.1");
        }
    }

    /**
     * Where to listen.
     *
     * @param host a name or an address; {@code 0.0.0.0} is every address
     * @param port 0 for any that is free
     */
    public record Address(String host, int port) {

        private static final int PORT_MAX = (1 << 16) - 1;

        /**
         * Reads {@code host:port}; an address of IPv6 stands in brackets.
         *
         * @throws IllegalArgumentException when it is something else
         */
        public static Address parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            boolean isBracketed = host.startsWith("[") && host.endsWith("]");
            if (host.isEmpty() || host.contains(":") && !isBracketed) {
                throw notAnAddress(text);
            }
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (port < 0 || port > PORT_MAX) {
                    throw notAnAddress(text);
                }
                return new Address(isBracketed ? host.substring(1, host.length() - 1) : host, port);
            } catch (NumberFormatException e) {
                throw notAnAddress(text);
            }
        }

        private static IllegalArgumentException notAnAddress(String text) {
            return new IllegalArgumentException(
                    "'" + text + "' is no address; write host:port, such as 127.0.0.1:8470 or [::1]:8470");
        }

        /** Whether only this machine can reach it. False for a name that is not known. */
        public boolean isLoopback() {
            try {
                return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
            } catch (UnknownHostException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * The files of TLS, in PEM.
     *
     * @param certificate the server's certificate, and those between it and its authority
     * @param key its private key, PKCS#8 and not encrypted
     * @param clients the authorities whose certificates clients may show instead of a token, if they may
     */
    public record Tls(Path certificate, Path key, Optional<Path> clients) {}

    /** Without the token. */
    @Override
    public String toString() {
        return "listen at " + address;
    }
}
