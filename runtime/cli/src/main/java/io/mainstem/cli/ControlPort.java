package io.mainstem.cli;

import io.mainstem.server.ControlServer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The control port of a run. It is opened by a thread of its own, because the pipelines must not wait for it, and the run
 * goes on if it cannot be opened. {@link #open} and {@link #close} are for one thread.
 */
final class ControlPort implements AutoCloseable {

    private final Path folder;
    private final Owner owner;
    private final Console console;
    private @Nullable Thread opening;
    private volatile @Nullable ControlServer server;

    ControlPort(Path folder, Owner owner, Console console) {
        this.folder = folder;
        this.owner = owner;
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
            server = ControlServer.open(folder, new OwnerCommands(owner));
        } catch (IOException e) {
            sayClosed(e);
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
