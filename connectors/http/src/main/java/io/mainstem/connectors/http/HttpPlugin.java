package io.mainstem.connectors.http;

import io.mainstem.api.Factory;
import io.mainstem.api.Plugin;
import io.mainstem.connectors.http.sink.HttpSinkFactory;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.connectors.http.webhook.WebhookSourceFactory;
import java.util.List;

/** HTTP interfaces: a source that polls them, a source that receives webhooks, and a sink that sends. */
public final class HttpPlugin implements Plugin {

    /** For the runtime. */
    public HttpPlugin() {
        // nothing to prepare: a plugin that was made has touched nothing
    }

    @Override
    public List<Factory<?>> factories() {
        return List.of(new HttpSourceFactory(), new WebhookSourceFactory(), new HttpSinkFactory());
    }
}
