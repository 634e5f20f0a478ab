package io.mainstem.runtime.transform;

import io.mainstem.api.TransformFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The steps that need no plugin, in the order in which documentation has them. */
public final class BuiltIns {

    /** Loaded when a step is first asked for: a pipeline without any loads none. */
    private static final Map<String, TransformFactory> ALL = new LinkedHashMap<>();

    static {
        List<StepFactory> all = List.of(
                FilterStep.FACTORY,
                RenameStep.FACTORY,
                DropStep.DROP,
                DropStep.KEEP,
                CastStep.FACTORY,
                AddStep.FACTORY,
                FlattenStep.FACTORY,
                NestStep.FACTORY,
                HideStep.MASK,
                HideStep.HASH,
                ParseStep.FACTORY,
                SplitStep.FACTORY,
                RouteStep.FACTORY,
                KeyStep.FACTORY,
                HeadersStep.FACTORY,
                DedupeStep.FACTORY,
                LookupStep.FACTORY);
        all.forEach(factory -> ALL.put(factory.name(), factory));
    }

    /** Those behind which each field is as it was. */
    private static final Set<String> LEAVING_FIELDS = Set.of(
            FilterStep.FACTORY.name(),
            RouteStep.FACTORY.name(),
            KeyStep.FACTORY.name(),
            HeadersStep.FACTORY.name(),
            DedupeStep.FACTORY.name());

    /** Those behind which there is no field that was not there before; another type may have it, or it may be gone. */
    private static final Set<String> MAKING_NO_NAMES = Set.of(
            DropStep.DROP.name(),
            DropStep.KEEP.name(),
            CastStep.FACTORY.name(),
            HideStep.MASK.name(),
            HideStep.HASH.name());

    private BuiltIns() {}

    /** A step by its name. */
    public static Optional<TransformFactory> find(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** Every step. */
    public static List<TransformFactory> all() {
        return List.copyOf(ALL.values());
    }

    /** What is known behind a step that could not be read: of which only the name says what it may do to the fields. */
    static KnownStream behindUnread(StepSpec step, KnownStream known) {
        if (!(step.factory() instanceof UnreadStep)) {
            return StepCheck.nothing(known);
        }
        if (LEAVING_FIELDS.contains(step.name())) {
            return step.name().equals(KeyStep.FACTORY.name())
                    ? known.as(known.stream().name(), List.of())
                    : known;
        }
        return MAKING_NO_NAMES.contains(step.name()) ? known.unsureOfAll() : StepCheck.nothing(known);
    }

    /** Whether a step that is no readable one of ours may choose topics, for all that is known. */
    static boolean mayRoute(StepSpec step) {
        boolean isOtherOfOurs = step.factory() instanceof UnreadStep
                && ALL.containsKey(step.name())
                && !step.name().equals(RouteStep.NAME);
        return !(step.factory() instanceof StepFactory) && step.unread().isEmpty() && !isOtherOfOurs;
    }

    /** Whether a step has a meaning behind a topic. */
    public static boolean isForSinks(TransformFactory factory) {
        return !(factory instanceof StepFactory && factory.name().equals(RouteStep.NAME));
    }
}
