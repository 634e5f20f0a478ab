package io.mainstem.runtime.transform;

import java.util.ArrayList;
import java.util.List;

/** The topics to which steps may send messages. */
public final class Routes {

    /** What stands for text that nobody knows before. */
    static final String ANYTHING = "{stream}";

    private Routes() {}

    /** Whether a step chooses a topic for every message, so that none comes into that of its source. */
    public static boolean takeAll(List<StepSpec> steps) {
        return steps.stream().anyMatch(step -> isRoute(step) && step.on().isEmpty());
    }

    private static boolean isRoute(StepSpec step) {
        return step.factory() instanceof StepFactory && step.name().equals(RouteStep.NAME);
    }

    /** A template for each step that chooses topics, with {@code {stream}} where anything may stand. */
    public static List<String> of(List<StepSpec> steps) {
        List<String> templates = new ArrayList<>();
        for (StepSpec step : steps) {
            if (isRoute(step)) {
                templates.add(RouteStep.topic(step.config()).replaceAll("\\{[^{}]*}", ANYTHING));
            } else if (BuiltIns.mayRoute(step)) {
                templates.add(ANYTHING);
            }
        }
        return templates;
    }
}
