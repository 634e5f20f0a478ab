package io.mainstem.connectors.http.webhook;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.Field;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Schema;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.util.List;
import java.util.Map;

/** Receives at one path, which is its only split. Listens while it is read. */
final class WebhookSource implements Source, Plannable {

    private final Config config;
    private final Context context;

    WebhookSource(Config config, Context context) {
        this.config = config;
        this.context = context;
    }

    /** The stream, whose fields are always the same. */
    static StreamSchema stream(String name) {
        return StreamSchema.of(name, schema(name), List.of());
    }

    private static Schema schema(String stream) {
        return Schema.of(
                stream,
                Field.required("id", Type.STRING).withDoc("the sender's name of the delivery, or empty"),
                Field.required("received_at", Type.TIMESTAMPTZ).withDoc("when it came"),
                Field.required("method", Type.STRING).withDoc("the verb"),
                Field.required("sender", Type.STRING).withDoc("the address it came from"),
                Field.required("headers", Type.map(Type.STRING)).withDoc("the headers that are kept"),
                Field.required("body", Type.STRING).withDoc("the body, or one record of it, as it was sent"),
                Field.nullable("form", Type.map(Type.STRING))
                        .withDoc("the fields of a body that is a form, else empty"));
    }

    @Override
    public Discovery discover(KnownSplits known) {
        String stream = context.name();
        return Discovery.of(List.of(stream(stream)), List.of(Split.of(config.get(WebhookOptions.PATH), stream)));
    }

    /** Says where it will listen, without listening there: a running pipeline may. */
    @Override
    public Plan plan(StreamSchema stream) {
        return Plan.builder().target("requests to " + url(), Plan.Change.NONE).build();
    }

    private String url() {
        String scheme = config.isSet(WebhookOptions.TLS_CERTIFICATE) ? "https" : "http";
        return scheme + "://" + config.get(WebhookOptions.HOST) + ":" + config.get(WebhookOptions.PORT)
                + config.get(WebhookOptions.PATH);
    }

    @Override
    public SplitReader open(Split split, Map<String, Position> stored, ReaderContext reader) {
        Listener listener = Listener.shared(config, context);
        WebhookHandler handler = new WebhookHandler(config, context.clock());
        String path = config.get(WebhookOptions.PATH);
        listener.register(path, handler);
        context.reachableAt(url());
        Runnable onClose = () -> {
            listener.unregister(path, handler);
            handler.close();
        };
        return new WebhookReader(
                handler,
                onClose,
                split.id(),
                context.clock(),
                reader,
                config.get(WebhookOptions.REMEMBER).intValue(),
                stored.get(split.id()));
    }
}
