package io.mainstem.cli;

import java.nio.file.Path;

/** Only the process that has the data folder can do what was asked for; the message is for when it cannot be asked. */
final class FolderBusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path folder;

    FolderBusyException(Path folder, String message) {
        super(message, null, false, false);
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }
}
