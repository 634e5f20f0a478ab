package io.mainstem.cli;

/** Ends a command with a message for the user and an exit code. */
final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What it means for who asks over HTTP, where there are no exit codes. */
    enum Meaning {
        /** What was sent is wrong. */
        WRONG,
        /** What was asked for is not there. */
        MISSING,
        /** It is there, and not as it would have to be. */
        CONFLICT
    }

    private final int exitCode;
    private final Meaning meaning;

    private CommandException(int exitCode, Meaning meaning, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.meaning = meaning;
    }

    /** Something that the user wrote is wrong. */
    static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, Meaning.WRONG, message);
    }

    /** The user named something that is not there. */
    static CommandException unknown(String message) {
        return new CommandException(ExitCode.USAGE, Meaning.MISSING, message);
    }

    /** What was asked for is not there, or did not work. */
    static CommandException failed(String message) {
        return new CommandException(ExitCode.FAILED, Meaning.MISSING, message);
    }

    /** The data that the user gave cannot be taken. */
    static CommandException unfit(String message) {
        return new CommandException(ExitCode.FAILED, Meaning.WRONG, message);
    }

    /** What was asked for cannot be done as things are. */
    static CommandException conflict(String message) {
        return new CommandException(ExitCode.FAILED, Meaning.CONFLICT, message);
    }

    /** A worker has what would have to be free. */
    static CommandException busy(String message) {
        return new CommandException(ExitCode.BUSY, Meaning.CONFLICT, message);
    }

    int exitCode() {
        return exitCode;
    }

    Meaning meaning() {
        return meaning;
    }
}
