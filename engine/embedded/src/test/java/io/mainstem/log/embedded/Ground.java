package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** Where the data folder of a {@link CrashCampaign} lies, and how a process that uses it comes to its end. */
interface Ground extends AutoCloseable {

    /** A folder that can be used now. */
    Path folder();

    /**
     * Ends the process, which may have ended already, and whatever goes down with it. The folder can be used again then. What
     * the process has said stays readable.
     */
    void end(Process process) throws IOException, InterruptedException;

    /**
     * Whether what the process said while it was being ended counts. A file system that is being shut down may call the force
     * done that is under way.
     */
    boolean lastWordsCount();

    @Override
    void close() throws IOException;

    /** A folder of this machine, and SIGKILL. */
    static Ground killing(Path folder) {
        return new Ground() {
            @Override
            public Path folder() {
                return folder;
            }

            @Override
            public void end(Process process) throws InterruptedException {
                process.toHandle().destroyForcibly();
                process.waitFor();
            }

            @Override
            public boolean lastWordsCount() {
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
