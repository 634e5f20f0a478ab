package io.mainstem.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is set. Thread-safe. */
public final class ManualClock extends Clock {

    private volatile Instant now;

    /** Stands at a time. */
    public ManualClock(String time) {
        now = Instant.parse(time);
    }

    /** Sets it, forward or back. */
    public void set(String time) {
        now = Instant.parse(time);
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
