package io.mainstem.api;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * One step that changes messages on their way: in front of a topic, or behind it. It makes none, one or many of each.
 *
 * <p>The runtime makes one for each stream of a source and for each topic of a sink, calls {@link #output} with its schema, and
 * then {@link #apply} with its messages, in their order. When rows of another schema come, {@code output} is called with that
 * first; rows of schemas that it was called with may then come in turn, and are told apart by {@link Row#schema()}, which is the
 * very instance. One thread at a time; {@link #cancel} comes from another.
 *
 * <p>What it knows of messages that came before is lost when the worker starts again, or when the source or sink is opened anew
 * after a failure. Behind a topic, a message may come again then, with the same {@link Message#origin()}.
 *
 * <ul>
 *   <li>An exception from {@link #apply} makes the one record bad, unless it is one of the following: it goes to the dead letters,
 *       or stops the source or sink, as the pipeline says. What was given out for it before is dropped.
 *   <li>{@link RetryException}: the source or sink is opened anew after a while, and the record comes again.
 *   <li>{@link StopException}: the source or sink stays closed until a person acts. So it does after any exception from {@link
 *       #output}.
 * </ul>
 */
public interface Transform extends AutoCloseable {

    /** In front of a topic, the header that names another topic to go to than the one of the source; it is taken off there. */
    String TOPIC_HEADER = "mainstem.topic";

    /**
     * What comes out when rows of a schema go in: first the stream that messages without a row go to, then others, if there are
     * any. A source gives each stream a topic of its own when its {@code topic} has {@code {stream}} in it. The schemas of rows
     * that are given out must be the very instances of those that are returned here; to return {@code in} is right for a step
     * that leaves rows as they are.
     *
     * @param in the stream, with the fields and the key that rows have in front of this step
     * @throws Exception when the step does not go with it; the message is shown with the step's place in the pipeline's file
     */
    List<StreamSchema> output(StreamSchema in) throws Exception;

    /**
     * Takes one message and gives out what it makes of it, at once. A message may be given out as it is. Of a delete, whose value
     * is null, at least the key should come out as that of a row would.
     *
     * @throws Exception when this message cannot be transformed; the message should name the field and its value
     */
    void apply(Message in, Consumer<Message> out) throws Exception;

    /** Ends a call that waits for the outside world; see {@link Sink#cancel}. */
    default void cancel() {}

    /** Lets go of everything; what fails here is logged and changes nothing. */
    @Override
    default void close() throws IOException {}
}
