package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.embedded.LogState.ProducerIdentity;
import org.jspecify.annotations.Nullable;

/** Gives a new producer its id and epoch; with a transactional id this fences the owner before. */
final class ProducerGrant extends StateChange {
    private final LogState state;
    private final String transactionalId;
    private ProducerIdentity identity = new ProducerIdentity(-1, -1);

    /**
     * A grant.
     *
     * @param transactionalId the transactional id, or empty for a producer without one
     */
    ProducerGrant(LogState state, String transactionalId) {
        this.state = state;
        this.transactionalId = transactionalId;
    }

    ProducerIdentity identity() {
        return identity;
    }

    @Override
    @Nullable
    LogException refusal() {
        return null;
    }

    @Override
    boolean alone() {
        return true;
    }

    @Override
    void encode(Frame frame) {
        identity = state.nextIdentity(transactionalId);
        frame.producer(transactionalId, identity.producerId(), identity.epoch());
    }

    @Override
    void apply() {
        state.putProducer(transactionalId, identity);
    }
}
