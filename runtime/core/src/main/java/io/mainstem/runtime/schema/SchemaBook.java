package io.mainstem.runtime.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the proposals of the schema topic, taken in the order of the log, amount to. The same proposals give the same
 * schemas to whoever reads them. One thread writes at a time; any may read.
 */
final class SchemaBook {

    private final Map<Integer, Registered> byId = new ConcurrentHashMap<>();
    private final Map<String, Registered> latest = new ConcurrentHashMap<>();
    private final Map<Proposal.Identity, Registered> byIdentity = new HashMap<>();

    /** Takes the proposal at an offset: it is a repetition, or refused, or the topic's next version. */
    void add(long offset, Proposal proposal) {
        Proposal.Identity identity = proposal.identity();
        if (byIdentity.containsKey(identity) || !problems(proposal).isEmpty()) {
            return;
        }
        Registered before = latest.get(proposal.topic());
        Registered registered = new Registered(
                Math.toIntExact(offset),
                before == null ? 1 : before.version() + 1,
                proposal.topic(),
                proposal.schema(),
                proposal.keyFields());
        byIdentity.put(identity, registered);
        byId.put(registered.id(), registered);
        latest.put(registered.topic(), registered);
    }

    /** Why the proposal's rule refuses it now; nothing when it does not. */
    List<String> problems(Proposal proposal) {
        Registered before = latest.get(proposal.topic());
        return before == null || proposal.rule() == Compatibility.NONE
                ? List.of()
                : SchemaChange.problems(before.schema(), proposal.schema());
    }

    Optional<Registered> find(Proposal.Identity identity) {
        return Optional.ofNullable(byIdentity.get(identity));
    }

    @Nullable
    Registered get(int id) {
        return byId.get(id);
    }

    Optional<Registered> latest(String topic) {
        return Optional.ofNullable(latest.get(topic));
    }
}
