package io.mainstem.connectors.file;

import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What an error of the file system means for the runtime. */
final class FileErrors {

    private FileErrors() {}

    /** Damage stays until a person acts; everything else may pass. */
    static RuntimeException unreadable(String file, IOException cause) {
        if (cause instanceof DamagedFileException) {
            return new StopException(
                    "file.damaged",
                    "'" + file + "': " + cause.getMessage(),
                    "Put a whole copy of the file in its place. The rows in front of the damage were read.",
                    cause);
        }
        if (cause instanceof EOFException) {
            return new StopException(
                    "file.truncated",
                    "'" + file + "': " + cause.getMessage(),
                    "The file is incomplete: put a whole copy in its place. The rows in front of the end were read.",
                    cause);
        }
        if (cause instanceof NoSuchFileException) {
            return new RetryException("'" + file + "' is no longer there", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new RetryException("'" + file + "' may not be read by this user; change its mode or owner", cause);
        }
        return new RetryException("'" + file + "' cannot be read: " + cause.getMessage(), cause);
    }

    /** A folder that may not be written stays so until a person acts; a disk that is full may have space again. */
    static RuntimeException unwritable(Path folder, IOException cause) {
        if (cause instanceof AccessDeniedException denied) {
            return new StopException(
                    "file.permission",
                    "cannot write into '" + folder + "': this user may not write '" + denied.getFile() + "'",
                    "Change its mode or owner, or write into another folder.",
                    cause);
        }
        String reason = cause instanceof FileSystemException system && system.getReason() != null
                ? system.getReason() + " ('" + system.getFile() + "')"
                : cause.getMessage();
        return new RetryException(
                "cannot write into '" + folder + "': " + reason
                        + "; see that the folder is there and its disk has space",
                cause);
    }

    static StopException changed(String file, FilePosition position, String how) {
        return new StopException(
                "file.changed",
                "'" + file + "' is not the file of which " + position.rows() + " rows were read: " + how,
                "Put the file back as it was (rows may be added behind the last one); or set on-change: restart to read it "
                        + "again from the start; or give the new file a name of its own.");
    }

    static StopException continued(String file, FilePosition position) {
        return new StopException(
                "file.continued",
                "'" + file + "': line " + (position.line() + 1)
                        + " had no line end when it was read as the last row, and has " + "been continued since",
                "Set on-change: restart to read the file again from the start; or end the line as it was and write the rest "
                        + "into a new one. A writer should end each row with a line end.");
    }
}
