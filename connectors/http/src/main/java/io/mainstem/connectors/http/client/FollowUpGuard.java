package io.mainstem.connectors.http.client;

import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the library from repeating requests by itself: at 408, and at 503 with {@code Retry-After: 0}, it would do so outside of the
 * budget, and a {@code Retry-After} that is no small number is an error to it. So it is shown a header that asks for patience, and the
 * server's own stands in its place again for everybody else. Thread-safe.
 */
final class FollowUpGuard {

    private static final String HEADER = "Retry-After";
    private static final String KEPT = "Mainstem-Kept-Retry-After";
    private static final String PATIENCE = "1";

    private FollowUpGuard() {}

    static void addTo(OkHttpClient.Builder client) {
        client.addNetworkInterceptor(chain -> hidden(chain.proceed(chain.request())));
        client.addInterceptor(chain -> shown(chain.proceed(chain.request())));
    }

    private static Response hidden(Response response) {
        @Nullable String asked = response.header(HEADER);
        Response.Builder hidden = response.newBuilder().removeHeader(KEPT).header(HEADER, PATIENCE);
        return (asked == null ? hidden : hidden.header(KEPT, asked)).build();
    }

    private static Response shown(Response response) {
        @Nullable String asked = response.header(KEPT);
        Response.Builder shown = response.newBuilder().removeHeader(KEPT).removeHeader(HEADER);
        return (asked == null ? shown : shown.header(HEADER, asked)).build();
    }
}
