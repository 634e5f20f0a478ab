package io.mainstem.connectors.http.sink;

import io.mainstem.api.Message;

/** A record that the server will not take, and why. */
record Refusal(Message message, Exception why) {}
