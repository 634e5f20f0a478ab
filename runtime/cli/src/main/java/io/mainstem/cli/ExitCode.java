package io.mainstem.cli;

/** How the process ends; scripts rely on the numbers. */
final class ExitCode {

    /** All is done, or was stopped and drained. */
    static final int DONE = 0;
    /** Something failed. */
    static final int FAILED = 1;
    /** The command or a file is wrong. */
    static final int USAGE = 2;
    /** All is done, and some records are dead letters. */
    static final int DEAD_LETTERS = 3;
    /** What was compared is different. */
    static final int DIFFERENT = 3;
    /** Another process has the data folder. */
    static final int BUSY = 4;

    private ExitCode() {}
}
