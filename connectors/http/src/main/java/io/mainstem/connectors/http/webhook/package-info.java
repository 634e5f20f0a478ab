/**
 * The source that receives: a server for webhooks that answers after the log has what came. Its door is
 * {@link io.mainstem.connectors.http.webhook.WebhookSourceFactory}.
 */
@NullMarked
package io.mainstem.connectors.http.webhook;

import org.jspecify.annotations.NullMarked;
