package io.mainstem.runtime.plan;

/** What a plan means for a source or a sink. */
public enum Effect {
    /** It has never run on this log: it begins at the beginning. */
    BEGINS(true),
    /** It has run on this log before, and goes on from where it was. */
    CONTINUES(false),
    /** It runs as it is planned, and nothing happens to it. */
    RUNS(false),
    /** It runs otherwise than it is planned: it is stopped and started anew, and goes on from where it was. */
    RESTARTS(true);

    private final boolean change;

    Effect(boolean change) {
        this.change = change;
    }

    /** Whether something will be otherwise than it was. */
    public boolean isChange() {
        return change;
    }
}
