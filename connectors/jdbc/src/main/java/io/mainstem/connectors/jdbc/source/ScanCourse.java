package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Operation;
import io.mainstem.api.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All rows of a table as they are now, by one statement and in no order. */
final class ScanCourse implements Course {

    @Override
    public Optional<ReadRequest> next(SourceLink link, Optional<List<String>> after) {
        return Optional.of(REQUEST);
    }

    /** What it asks for. */
    static final ReadRequest REQUEST = new ReadRequest(List.of(), Optional.empty(), List.of());

    @Override
    public Optional<String> snapshot() {
        return Optional.empty();
    }

    @Override
    public boolean isDone() {
        return true;
    }

    @Override
    public Position position(List<String> place) {
        return Position.of(Map.of());
    }

    @Override
    public Optional<List<String>> start() {
        return Optional.empty();
    }

    @Override
    public Operation operation() {
        return Operation.SNAPSHOT;
    }
}
