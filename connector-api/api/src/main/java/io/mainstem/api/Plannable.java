package io.mainstem.api;

/**
 * A {@link Source} or a {@link Sink} that can show what it will do before it does it. A connector without it is planned all the
 * same, with what is known of its capabilities and its rows.
 *
 * <p>{@link #plan} connects and reads, and leaves everything as it was: no table, file or session setting that outlives it, no
 * message taken from a queue, no lock that another would wait for.
 */
public interface Plannable {

    /**
     * Tells what will be done.
     *
     * <ul>
     *   <li>Of a source: to read a stream. {@link Source#discover} has been called, with what is stored of the source, and no
     *       reader is open.
     *   <li>Of a sink: to write the records of a topic, which has the stream's name, fields and key. {@link Sink#assign} has not
     *       been called and will not be.
     * </ul>
     *
     * @throws StopException when it will not be done, because a person has to change something first
     * @throws Exception when it cannot be told, as without a connection
     */
    Plan plan(StreamSchema stream) throws Exception;
}
