package io.mainstem.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Factory;
import io.mainstem.connectors.http.webhook.WebhookSourceFactory;
import io.mainstem.testkit.PlanContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** What a plan of a webhook leaves as it was: its port is not opened. */
final class WebhookPlanTest extends PlanContract {

    private int port;

    @Override
    protected Factory<?> factory() {
        return new WebhookSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() throws IOException {
        if (port == 0) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
        }
        return Map.of("port", Integer.toString(port), "path", "/hook");
    }

    /** Nobody listens: the port can be had. */
    @Override
    protected Object outside() throws IOException {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
        return "a free port";
    }
}
