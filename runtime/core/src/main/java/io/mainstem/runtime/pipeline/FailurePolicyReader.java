package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.pipeline.FailurePolicy.BadRecords;
import io.mainstem.runtime.pipeline.FailurePolicy.Retry;
import io.mainstem.runtime.pipeline.FailurePolicy.Share;
import io.mainstem.runtime.pipeline.FailurePolicy.StopAbove;
import io.mainstem.runtime.text.TopicNames;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code on-failure}. */
final class FailurePolicyReader {

    private final Findings findings;

    FailurePolicyReader(Findings findings) {
        this.findings = findings;
    }

    FailurePolicy read(SectionReader owner, String pipeline) {
        SectionReader section = owner.nested(PipelineFormat.ON_FAILURE);
        return new FailurePolicy(
                retry(section.nested(PipelineFormat.RETRY)),
                badRecords(section.nested(PipelineFormat.BAD_RECORDS), pipeline));
    }

    private Retry retry(SectionReader section) {
        Duration firstWait = section.value(PipelineFormat.FIRST_WAIT).orElse(Retry.DEFAULT.firstWait());
        Duration maxWait = section.value(PipelineFormat.MAX_WAIT).orElse(Retry.DEFAULT.maxWait());
        Duration giveUpAfter = section.value(PipelineFormat.GIVE_UP_AFTER).orElse(Retry.DEFAULT.giveUpAfter());
        if (maxWait.compareTo(firstWait) >= 0) {
            return new Retry(firstWait, maxWait, giveUpAfter);
        }
        if (section.entry(PipelineFormat.MAX_WAIT.name()).isPresent()) {
            findings.problem(
                    section.place(PipelineFormat.MAX_WAIT.name()), "'max-wait' must not be shorter than 'first-wait'");
        }
        return new Retry(firstWait, firstWait, giveUpAfter);
    }

    private BadRecords badRecords(SectionReader section, String pipeline) {
        Optional<StopAbove> stopAbove = stopAbove(section);
        String topic = section.value(PipelineFormat.TO).orElse(PipelineFormat.STOP);
        if (topic.equals(PipelineFormat.DEAD_LETTERS)) {
            return new BadRecords.DeadLetters(pipeline + "." + PipelineFormat.DEAD_LETTERS, stopAbove);
        }
        if (!topic.equals(PipelineFormat.STOP)) {
            TopicNames.wrongName(topic)
                    .ifPresent(wrong -> findings.problem(
                            section.place(PipelineFormat.TO.name()), "the topic '" + topic + "' " + wrong));
            return new BadRecords.DeadLetters(topic, stopAbove);
        }
        if (stopAbove.isPresent()) {
            findings.problem(
                    section.place(PipelineFormat.STOP_ABOVE.name()),
                    "'stop-above' means nothing without a topic for dead letters in 'to': the first bad record stops");
        }
        return new BadRecords.Stop();
    }

    private Optional<StopAbove> stopAbove(SectionReader badRecords) {
        if (badRecords.entry(PipelineFormat.STOP_ABOVE.name()).isEmpty()) {
            return Optional.empty();
        }
        SectionReader section = badRecords.nested(PipelineFormat.STOP_ABOVE);
        Optional<Long> count = section.value(PipelineFormat.COUNT);
        long least = section.value(PipelineFormat.LEAST_RECORDS).orElse(Share.LEAST_RECORDS);
        Optional<Share> share = section.value(PipelineFormat.SHARE).map(percent -> new Share(percent, least));
        Optional<Duration> within = section.value(PipelineFormat.WITHIN);
        boolean isSaid = Stream.of(PipelineFormat.COUNT, PipelineFormat.SHARE)
                .anyMatch(option -> section.entry(option.name()).isPresent());
        if (!isSaid) {
            findings.problem(section.place(), "'stop-above' needs 'count' or 'share', or both");
        }
        return count.isEmpty() && share.isEmpty()
                ? Optional.empty()
                : within.map(time -> new StopAbove(count, share, time));
    }
}
