package io.mainstem.runtime.worker;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Split;
import io.mainstem.log.InvalidRecordException;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.delivery.LetterCause;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.schema.IncompatibleSchemaException;
import io.mainstem.runtime.transform.StepFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes what the reader of one split emits: sends it through the steps of its stream, if there are any, encodes it and puts it into the
 * transaction that is open; what cannot be written becomes a dead letter beside it. One thread, that of its source.
 */
final class SplitEmitter implements Emitter {
    private final SourceCommits commits;
    private final SplitRun run;
    private final StreamWay way;
    private final Consumer<Collection<Split>> onAnnounce;
    private final Secrets secrets;
    private final List<Split> announced = new ArrayList<>();
    private long taken;

    SplitEmitter(
            SourceCommits commits,
            SplitRun run,
            StreamWay way,
            Consumer<Collection<Split>> onAnnounce,
            Secrets secrets) {
        this.commits = commits;
        this.run = run;
        this.way = way;
        this.onAnnounce = onAnnounce;
        this.secrets = secrets;
    }

    @Override
    public void emit(Message message) {
        commits.check();
        taken++;
        StreamRoute direct = way.direct();
        if (direct == null) {
            emitThrough(Objects.requireNonNull(way.steps()), message);
        } else {
            emit(message, message, direct);
        }
    }

    /** A message of which the source gave another. */
    private void emit(Message message, Message given, StreamRoute route) {
        try {
            int size = encode(message, route);
            commits.makeRoom(size);
            pastCheckpoint();
            commits.append(route);
            commits.seen();
        } catch (RecordTooLargeException e) {
            letter(given, LetterCause.of(commits.tooLarge(route), secrets::scrub));
        } catch (InvalidRecordException | CodecException e) {
            letter(given, LetterCause.of(e, secrets::scrub));
        }
    }

    private int encode(Message message, StreamRoute route) {
        try {
            return route.encode(message);
        } catch (IncompatibleSchemaException e) {
            if (message.value() instanceof Row row) {
                run.refused(new StreamRefusal(way.stream(), route.name(), row.schema(), route.keyFields(), e));
            }
            throw e;
        }
    }

    private void emitThrough(SourceSteps steps, Message given) {
        try {
            List<Message> messages = steps.apply(given);
            if (messages.size() == 1) {
                SourceSteps.Routed routed = steps.routed(messages.get(0));
                emit(routed.message(), given, routed.route());
            } else if (messages.isEmpty()) {
                commits.seen();
            } else {
                emitAll(steps, messages, given);
            }
        } catch (StepFailure | CodecException e) {
            letter(given, LetterCause.of(e, secrets::scrub));
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommitFailedException(e);
        } catch (Exception e) {
            throw new CommitFailedException(e);
        }
    }

    /** All that came of one message, or none: what cannot be written is found before anything is. */
    private void emitAll(SourceSteps steps, List<Message> messages, Message given) {
        List<SourceSteps.Routed> all = new ArrayList<>(messages.size());
        long size = 0;
        for (Message message : messages) {
            SourceSteps.Routed routed = steps.routed(message);
            all.add(routed);
            int one = encode(routed.message(), routed.route());
            size += one;
            if (!routed.route().isWithinLimits()) {
                letter(given, LetterCause.of(commits.tooLarge(routed.route()), secrets::scrub));
                return;
            }
        }
        commits.makeRoom(size);
        if (commits.isFull(size)) {
            String why = "it becomes " + messages.size() + " records of " + size + " bytes, and with the "
                    + commits.bytes()
                    + " bytes in front of it that would be more than a transaction may have, "
                    + SourceCommits.BYTES_MAX;
            letter(given, LetterCause.of(why, secrets::scrub));
            return;
        }
        pastCheckpoint();
        for (SourceSteps.Routed routed : all) {
            routed.route().encode(routed.message());
            commits.append(routed.route());
        }
        commits.seen();
    }

    /** The record that was taken last, counted since the split was opened, whatever became of those in front of it. */
    private String place() {
        return commits.name() + ", split " + run.split() + ", record " + taken;
    }

    @Override
    public void bad(byte[] raw, String where, String why) {
        commits.check();
        taken++;
        letter(raw, where, LetterCause.of(why, secrets::scrub), Optional.empty());
    }

    private void letter(Message given, LetterCause cause) {
        String stream = way.stream().name();
        byte[] shown = GivenRow.shown(given, stream);
        letter(shown, place(), cause, GivenRow.of(given, shown, stream, commits.time()));
    }

    private void letter(byte[] raw, String where, LetterCause cause, Optional<GivenRow> row) {
        pastCheckpoint();
        commits.deadLetter(raw, where, cause, row);
    }

    @Override
    public void announce(Split child) {
        announced.add(child);
    }

    @Override
    public void checkpoint(Position after) {
        checkpoint(Map.of(run.split().id(), after), SourceSession.NO_ACK);
    }

    @Override
    public void checkpoint(Map<String, Position> positionsAfter, Ack ack) {
        commits.checkpoint(positionsAfter, ack, announced);
        onAnnounce.accept(announced);
        announced.clear();
        if (run.isPastCheckpoint()) {
            run.pastCheckpoint(false);
            commits.atCheckpoint();
        }
        commits.commitNowIfDue();
    }

    private void pastCheckpoint() {
        if (!run.isPastCheckpoint()) {
            run.pastCheckpoint(true);
            commits.pastCheckpoint();
            way.nextPartition();
        }
    }
}
