package io.mainstem.api;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The capabilities that a source or sink has. Immutable. */
public final class Capabilities {

    private final Set<Capability> set;

    private Capabilities(Set<Capability> set) {
        this.set = Collections.unmodifiableSet(set);
    }

    /** These and no others. */
    public static Capabilities of(Capability... capabilities) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        Collections.addAll(set, capabilities);
        return new Capabilities(set);
    }

    /** These and one more. */
    public Capabilities and(Capability capability) {
        Set<Capability> more = EnumSet.of(capability);
        more.addAll(set);
        return new Capabilities(more);
    }

    /** Whether this one is among them. */
    public boolean has(Capability capability) {
        return set.contains(capability);
    }

    /** All of them, in the order of their declaration. */
    public Set<Capability> all() {
        return set;
    }

    @Override
    public String toString() {
        return set.toString();
    }
}
