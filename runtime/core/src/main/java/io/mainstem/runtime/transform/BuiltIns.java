package io.mainstem.runtime.transform;

import io.mainstem.api.TransformFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    private BuiltIns() {}

    /** A step by its name. */
    public static Optional<TransformFactory> find(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** Every step. */
    public static List<TransformFactory> all() {
        return List.copyOf(ALL.values());
    }

    /** Whether a step has a meaning behind a topic. */
    public static boolean isForSinks(TransformFactory factory) {
        return !(factory instanceof StepFactory && factory.name().equals(RouteStep.NAME));
    }
}
