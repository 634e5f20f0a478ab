package io.mainstem.connectors.http.webhook;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.StreamSchema;
import java.util.List;

/** Makes sources that receive webhooks. */
public final class WebhookSourceFactory implements SourceFactory {

    /** For the plugin. */
    public WebhookSourceFactory() {
        // has no state
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public String summary() {
        return "Receives webhooks, and answers each when it is on disk.";
    }

    @Override
    public ConfigSpec config() {
        return WebhookOptions.SPEC;
    }

    @Override
    public Capabilities capabilities(Config config) {
        return Capabilities.of(Capability.RECEIVES);
    }

    @Override
    public List<StreamSchema> knownStreams(Config config, Context context) {
        return List.of(WebhookSource.stream(context.name()));
    }

    @Override
    public Source create(Config config, Context context) {
        return new WebhookSource(config, context);
    }
}
