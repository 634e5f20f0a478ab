package io.mainstem.log.embedded;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes where the test puts it. */
final class ManualClock extends Clock {
    private volatile Instant now = Instant.ofEpochMilli(1_700_000_000_000L);

    void advance(Duration step) {
        now = now.plus(step);
    }

    void set(Instant time) {
        now = time;
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
