package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.admin.OldestUnread;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.worker.Worker;
import java.time.Clock;

/**
 * What the routes of the REST interface reach. Thread-safe.
 *
 * @param owner the log and the worker
 * @param connectors the connectors there are; they are plugins, so only {@code plugins} may ask them
 * @param console names files as all messages do
 * @param plugins calls plugins
 * @param oldestUnread tells lags in time
 */
record RestContext(
        Owner owner, Connectors connectors, Console console, PluginCalls plugins, OldestUnread oldestUnread) {

    static RestContext of(Owner owner, Connectors connectors, Console console) {
        return new RestContext(
                owner,
                connectors,
                console,
                new PluginCalls(PluginCalls.PATIENCE),
                new OldestUnread(owner.log(), Clock.systemUTC()));
    }

    Log log() {
        return owner.log();
    }

    Worker worker() {
        return owner.worker();
    }
}
