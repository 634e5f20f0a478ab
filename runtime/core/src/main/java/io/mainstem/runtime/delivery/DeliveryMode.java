package io.mainstem.runtime.delivery;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.runtime.pipeline.SinkSpec;
import java.util.Objects;

/**
 * How often a record of the log is in the target of a sink, whatever fails, and why. It follows from what the connector declares
 * for the sink's options, and from nothing else.
 *
 * @param kind how often
 * @param reason why, a sentence for people
 */
public record DeliveryMode(Kind kind, String reason) {

    /** How often a record is in a target. */
    public enum Kind {
        /** Once: the offsets are in the target, in one step with the data. */
        EXACTLY_ONCE("exactly-once"),
        /** It may be written several times, and the target is as after the first. */
        EFFECTIVELY_ONCE("effectively-once"),
        /** At least once: after a failure the records since the last commit are there again. */
        AT_LEAST_ONCE("at-least-once");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As it is written. */
        public String word() {
            return word;
        }
    }

    /** Checks that all is there. */
    public DeliveryMode {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reason, "reason");
    }

    /**
     * That of a sink. Calls the connector, which may hang: who must not wait calls {@link #of(String, Capabilities)} with what was
     * asked elsewhere.
     */
    public static DeliveryMode of(SinkSpec sink) {
        return of(sink.connector(), sink.factory().capabilities(sink.config()));
    }

    /**
     * That of a sink whose connector declares these capabilities.
     *
     * @param connector the name of the connector
     */
    public static DeliveryMode of(String connector, Capabilities capabilities) {
        if (capabilities.has(Capability.OWNS_OFFSETS)) {
            return new DeliveryMode(
                    Kind.EXACTLY_ONCE,
                    "connector '" + connector + "' keeps the offsets in the target and moves them in one step with the"
                            + " data, so a record is there once, whatever fails");
        }
        if (capabilities.has(Capability.IDEMPOTENT)) {
            return new DeliveryMode(
                    Kind.EFFECTIVELY_ONCE,
                    "connector '" + connector + "' keeps no offsets in the target, but a record that is written again"
                            + " leaves it as it was");
        }
        return new DeliveryMode(
                Kind.AT_LEAST_ONCE,
                "connector '" + connector + "' keeps no offsets in the target and cannot tell a record that it wrote"
                        + " before, so after a failure those since the last commit, of which 'batch' says how many they"
                        + " are at most, are there again");
    }

    /** Whether a record may be written again without harm. */
    public boolean isRepeatable() {
        return kind != Kind.AT_LEAST_ONCE;
    }

    /** Whether the target, and not the log, says where to go on. */
    public boolean isKeptByTarget() {
        return kind == Kind.EXACTLY_ONCE;
    }

    @Override
    public String toString() {
        return kind.word() + ": " + reason;
    }
}
