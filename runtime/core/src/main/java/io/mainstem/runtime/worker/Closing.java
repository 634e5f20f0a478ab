package io.mainstem.runtime.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what belongs to a session that ends anyway: an exception then is logged, and changes nothing. */
final class Closing {

    private static final Logger LOGGER = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    @SuppressWarnings("try")
    static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOGGER.debug("closing {} failed", closeable.getClass().getName(), e);
        }
    }
}
