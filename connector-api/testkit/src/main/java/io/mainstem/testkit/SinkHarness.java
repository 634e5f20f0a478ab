package io.mainstem.testkit;

import io.mainstem.api.Row;
import io.mainstem.api.SinkFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a connector's author implements so that {@link SinkContract} can test the sink: a target that is empty, how to
 * configure the sink for it, and how to look at what came. Made anew for each test and closed after it.
 */
public interface SinkHarness extends AutoCloseable {

    /** Makes the sink. */
    SinkFactory factory();

    /**
     * The options of a sink that writes rows of {@link SinkContract#SCHEMA} into the target, and takes new fields when it
     * declares {@link io.mainstem.api.Capability#SCHEMA_EVOLUTION}.
     */
    Map<String, ?> options();

    /** The options of a sink that has {@link io.mainstem.api.Capability#DELETES}; empty when there is none. */
    default Optional<Map<String, ?>> deletingOptions() {
        return Optional.empty();
    }

    /**
     * Everything that is in the target, in any order: each row by field name, with values of the classes that
     * {@link io.mainstem.api.Type.Kind} names.
     */
    List<Map<String, Object>> rows() throws Exception;

    /**
     * A row of {@link SinkContract#SCHEMA} with this id that the target can never take; empty when it takes every row.
     */
    default Optional<Row> badRow(long id) {
        return Optional.empty();
    }

    @Override
    default void close() throws IOException {}
}
