package io.mainstem.api;

/**
 * A {@link SourceFactory} whose sources can be recorded: all that they ask another system goes over a {@link Tape}, so that a pipeline
 * can be tested later without that system. A source of a factory without it cannot be recorded.
 */
public interface Recordable {

    /**
     * Makes a source as {@link Factory#create} does, which asks by the tape alone: while that plays, it opens no connection.
     *
     * @param context its clock stands still, at the time when the tape was recorded
     * @throws Exception when the configuration cannot work, whatever the state of the outside world
     */
    Source create(Config config, Context context, Tape tape) throws Exception;
}
