package io.mainstem.runtime.worker;

import io.mainstem.api.Emitter;
import io.mainstem.api.Poll;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A split on its way through a session: waiting, being read, or idle until a moment. One thread. */
final class SplitRun {

    private final Split split;
    private @Nullable SplitReader reader;
    private Instant due = Instant.MIN;
    private @Nullable Poll answer;
    private @Nullable Emitter emitter;
    private @Nullable StreamRefusal refusal;
    private boolean uncommitted;

    SplitRun(Split split) {
        this.split = split;
    }

    Split split() {
        return split;
    }

    @Nullable
    SplitReader reader() {
        return reader;
    }

    /** Where its reader emits to, once it is open. */
    Emitter emitter() {
        return Objects.requireNonNull(emitter, "not open");
    }

    void opened(SplitReader newReader, Emitter newEmitter) {
        reader = newReader;
        emitter = newEmitter;
    }

    void closed() {
        reader = null;
        emitter = null;
    }

    /** When it is to be polled again. */
    Instant due() {
        return due;
    }

    void idleUntil(Instant moment, Poll word) {
        due = moment;
        answer = word;
    }

    /** What it has to wait for; empty where there is nothing to read for now. */
    Optional<TaskStatus.Pause> pause() {
        Poll word = answer;
        return word == null ? Optional.empty() : word.why().map(why -> new TaskStatus.Pause(why, due));
    }

    /** Whether it waits because the other side has refused. */
    boolean isRefused() {
        Poll word = answer;
        return word != null && word.isRefused();
    }

    void ready() {
        due = Instant.MIN;
        answer = null;
    }

    /** Whether it emitted something that no checkpoint of its covers. */
    boolean isPastCheckpoint() {
        return uncommitted;
    }

    void pastCheckpoint(boolean value) {
        uncommitted = value;
    }

    /** That the topic has refused what its reader emits; empty again at the next poll. */
    Optional<StreamRefusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    void refused(StreamRefusal what) {
        refusal = what;
    }

    void polling() {
        refusal = null;
    }
}
