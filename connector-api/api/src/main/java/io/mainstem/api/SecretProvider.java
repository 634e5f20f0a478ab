package io.mainstem.api;

import java.io.Closeable;
import java.io.IOException;

/**
 * Looks up secrets in another place: a vault, a keystore, a service of a cloud. A pipeline file names one as
 * {@code ${provider:name}}.
 *
 * <ul>
 *   <li>Thread-safe: several names may be asked for at once.
 *   <li>A call has a few seconds. Then it is interrupted, and counts as failed.
 *   <li>What it returns is kept for a minute and then asked for again, so that a value that was changed counts.
 * </ul>
 */
public interface SecretProvider extends Closeable {

    /**
     * The value that a name stands for.
     *
     * @param name what stands behind the colon, never empty
     * @throws Exception when there is none, or it cannot be had now; people see the message, so it must not have a secret
     */
    String get(String name) throws Exception;

    /** Lets go of connections. */
    @Override
    default void close() throws IOException {}
}
