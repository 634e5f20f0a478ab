package io.mainstem.cli;

import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.server.ControlServer;
import io.mainstem.server.rest.RestListener;
import io.mainstem.server.rest.RestServer;
import java.io.IOException;
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
    private final Optional<RestPlace> rest;
    private final Console console;
    private @Nullable Thread opening;
    private volatile @Nullable ControlServer server;
    private volatile @Nullable RestServer restServer;

    /** A place for a REST interface. */
    interface RestPlace {

        /** Takes it. */
        RestListener take() throws IOException;
    }

    /**
     * Not open yet.
     *
     * @param connectors the connectors there are
     * @param rest where the REST interface shall be, if there shall be one; when there is no place, that is only said
     */
    ControlPort(Path folder, Owner owner, Connectors connectors, Optional<RestPlace> rest, Console console) {
        this.folder = folder;
        this.owner = owner;
        this.connectors = connectors;
        this.rest = rest;
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

    private void openNow() {
        try {
            ControlServer opened =
                    ControlServer.open(folder, new OwnerCommands(owner.reading(connectors, console.environment())));
            server = opened;
            rest.ifPresent(place -> openRest(place, opened));
        } catch (IOException e) {
            sayClosed(e);
        }
    }

    private void openRest(RestPlace place, ControlServer control) {
        RestContext context = RestContext.of(owner, connectors, console);
        try {
            RestServer opened = RestServer.open(
                    place.take(), RestRoutes.of(context), control.token(), Scrub::text, RestRoutes::explain);
            restServer = opened;
            control.announce(opened.address());
            console.say("REST interface: " + opened.address());
        } catch (IOException | IllegalArgumentException e) {
            console.say("warning: " + noInterface(e));
        }
    }

    /** What is said when there is no place for a REST interface. */
    static String noInterface(Exception why) {
        return "there is no REST interface (" + why.getMessage()
                + "); choose another place with --listen, or none with --listen off";
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
