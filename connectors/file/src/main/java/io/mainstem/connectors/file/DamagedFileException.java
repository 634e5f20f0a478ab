package io.mainstem.connectors.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file contains bytes that no correct file has. */
final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
