package io.mainstem.connectors.http.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Makes sockets that refuse private addresses. They look at the address that is connected to, after every name was resolved: a name
 * that resolves to another address the second time (DNS rebinding) and a number in a URL get no further than any other.
 */
final class GuardedSockets extends SocketFactory {

    /** That an address is private. */
    static final class PrivateAddressException extends IOException {
        private static final long serialVersionUID = 1L;

        PrivateAddressException(InetAddress address) {
            super(address.getHostAddress() + " is a private address, and private-addresses is set to refuse");
        }
    }

    @Override
    public Socket createSocket() {
        return new GuardedSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(address, port));
    }

    private static Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = new GuardedSocket();
        socket.connect(address);
        return socket;
    }

    static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || (bytes.length == 4 ? isReserved(bytes) : isInner(bytes));
    }

    /** 0.0.0.0/8, carriers' addresses 100.64.0.0/10, 192.0.0.0/24, benchmarks 198.18.0.0/15 and 240.0.0.0/4. */
    private static boolean isReserved(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        return first == 0
                || first >= 240
                || first == 100 && (second & 0xc0) == 64
                || first == 192 && second == 0 && bytes[2] == 0
                || first == 198 && (second & 0xfe) == 18;
    }

    /** Unique local fc00::/7, and 64:ff9b::/96 and 2002::/16, which lead to an IPv4 address. */
    private static boolean isInner(byte[] bytes) {
        return (bytes[0] & 0xfe) == 0xfc
                || bytes[0] == 0x20 && bytes[1] == 0x02
                || bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b;
    }

    private static final class GuardedSocket extends Socket {

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (endpoint instanceof InetSocketAddress address
                    && address.getAddress() != null
                    && isPrivate(address.getAddress())) {
                throw new PrivateAddressException(address.getAddress());
            }
            super.connect(endpoint, timeout);
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }
    }
}
