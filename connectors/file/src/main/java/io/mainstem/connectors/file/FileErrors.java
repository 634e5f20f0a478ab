package io.mainstem.connectors.file;

import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/** What an error of the file system means for the runtime. */
final class FileErrors {

    /** What operating systems say when the disk, the quota, the size of files or the number of open files is used up. */
    private static final Set<String> OUT = Set.of(
            "No space left on device",
            "Disk quota exceeded",
            "not enough space on the disk",
            "File too large",
            "Too many open files");

    private FileErrors() {}

    /**
     * Damage and a lack of permission stay until a person acts; everything else may pass.
     *
     * @param rows how many rows of the file are in the log
     */
    static RuntimeException unreadable(String file, long rows, IOException cause) {
        if (cause instanceof DamagedFileException) {
            return new StopException(
                    "file.damaged",
                    "'" + file + "' is damaged: " + cause.getMessage() + "; " + inTheLog(rows),
                    "Put a whole copy of the file in its place and run again: it goes on behind what is in the log, and stops "
                            + "(file.changed) when the copy is not the same so far. Damage is noticed only behind the data that it "
                            + "spoils, so compare the last rows in the log with the copy.",
                    cause);
        }
        if (cause instanceof EOFException) {
            return new StopException(
                    "file.truncated",
                    "'" + file + "' is incomplete: " + cause.getMessage() + "; " + inTheLog(rows),
                    "Put a whole copy of the file in its place and run again: it goes on behind what is in the log.",
                    cause);
        }
        if (cause instanceof NoSuchFileException) {
            return new RetryException("'" + file + "' is no longer there", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new StopException(
                    "file.permission",
                    "'" + file + "' may not be read by this user",
                    "Change its mode or owner.",
                    cause);
        }
        String message = "'" + file + "' cannot be read: " + cause.getMessage();
        return isOut(cause) ? RetryException.ranOut(message, cause) : new RetryException(message, cause);
    }

    /**
     * Why the sink cannot write. But for a lack of permission it may pass: nothing counts that is not in the manifest, so that
     * nothing is lost.
     *
     * @param folder the folder that the sink writes into
     */
    static RuntimeException unwritable(Path folder, IOException cause) {
        String file = cause instanceof FileSystemException named && named.getFile() != null
                ? PartitionWriter.nameOf(folder, Path.of(named.getFile())).toString()
                : folder.toString();
        if (isOut(cause)) {
            return RetryException.ranOut(
                    "'" + file + "' cannot be written: " + reason(cause) + "; " + free(folder)
                            + ". Make room there. Nothing is lost: the sink goes on by itself when it can write",
                    cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new StopException(
                    "file.permission",
                    "'" + file + "' may not be written by this user",
                    "Change the mode or owner of it and of its folder, or write into another folder.",
                    cause);
        }
        return new RetryException("'" + file + "' cannot be written: " + reason(cause), cause);
    }

    /** The reason alone, without the file that the message of such an exception begins with. */
    private static String reason(IOException cause) {
        if (cause instanceof FileAlreadyExistsException) {
            return "a file of that name is there already";
        }
        String reason = cause instanceof FileSystemException named ? named.getReason() : cause.getMessage();
        return reason == null || reason.isBlank() ? cause.getClass().getSimpleName() : reason;
    }

    private static boolean isOut(IOException cause) {
        String reason = reason(cause);
        return OUT.stream().anyMatch(reason::contains);
    }

    private static String free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace() + " bytes are free in '" + folder + "'";
        } catch (IOException e) {
            return "how much is free in '" + folder + "' cannot be seen";
        }
    }

    private static String inTheLog(long rows) {
        if (rows == 0) {
            return "none of its rows is in the log";
        }
        return rows == 1 ? "its first row is in the log" : "its first " + rows + " rows are in the log";
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
