package io.mainstem.cli;

import static java.util.Objects.requireNonNull;

import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.server.ControlServer;
import io.mainstem.server.rest.RestOptions;
import io.mainstem.server.rest.RestServer;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The control port of a run, and its REST interface. They are opened by a thread of its own, because the pipelines of a run must
 * not wait for them, and it goes on if they cannot be opened. {@link #open} and {@link #close} are for one thread.
 */
final class ControlPort implements AutoCloseable {

    private final Path folder;
    private final Owner owner;
    private final Connectors connectors;
    private final Optional<RestOptions> rest;
    private final Console console;
    private final boolean isRequired;
    private @Nullable Thread opening;
    private volatile @Nullable CommandException refused;
    private volatile @Nullable ControlServer server;
    private volatile @Nullable RestServer restServer;

    /**
     * Not open yet.
     *
     * @param connectors the connectors there are
     * @param rest where the REST interface shall be, if there shall be one
     * @param isRequired whether {@link #openOrEnd} is to fail without it; else that is only said
     */
    ControlPort(
            Path folder,
            Owner owner,
            Connectors connectors,
            Optional<RestOptions> rest,
            boolean isRequired,
            Console console) {
        this.folder = folder;
        this.owner = owner;
        this.connectors = connectors;
        this.rest = rest;
        this.isRequired = isRequired;
        this.console = console;
    }

    /** Begins to open it, if that was not begun before. */
    void open() {
        if (opening == null) {
            Thread thread = new Thread(this::openNow, "mainstem-control-open");
            thread.setDaemon(true);
            thread.start();
            opening = thread;
        }
    }

    /**
     * Opens it, and waits for that.
     *
     * @throws CommandException when there was to be a REST interface, and there is none
     */
    void openOrEnd() throws InterruptedException {
        open();
        requireNonNull(opening).join();
        CommandException why = refused;
        if (why != null) {
            throw why;
        }
    }

    private void openNow() {
        try {
            ControlServer opened =
                    ControlServer.open(folder, new OwnerCommands(owner.reading(connectors, console.environment())));
            server = opened;
            rest.ifPresent(options -> openRest(options, opened));
        } catch (IOException e) {
            sayClosed(e);
        }
    }

    private void openRest(RestOptions options, ControlServer control) {
        RestContext context = RestContext.of(owner, connectors, console);
        try {
            RestServer opened =
                    RestServer.open(options, RestRoutes.of(context), control.token(), Scrub::text, RestRoutes::explain);
            restServer = opened;
            control.announce(opened.address());
            console.say("REST interface: " + opened.address());
        } catch (IOException | IllegalArgumentException e) {
            String message = "there is no REST interface (" + e.getMessage()
                    + "); choose another place with --listen, or none with --listen off";
            if (isRequired) {
                refused = e.getCause() instanceof BindException
                        ? CommandException.busy(message)
                        : CommandException.usage(message);
            } else {
                console.say("warning: " + message);
            }
        }
    }

    private void sayClosed(IOException why) {
        console.say("warning: no other command can look into the data folder while this one runs (" + why + ")");
    }

    @Override
    public void close() {
        if (opening == null) {
            return;
        }
        try {
            opening.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RestServer openedRest = restServer;
        if (openedRest != null) {
            openedRest.close();
        }
        ControlServer opened = server;
        if (opened != null) {
            close(opened);
        }
    }

    private void close(ControlServer opened) {
        try {
            opened.close();
        } catch (IOException e) {
            console.say("warning: worker.json is left in the data folder (" + e + ")");
        }
    }
}
