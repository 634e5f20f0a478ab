package io.mainstem.runtime.transform;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/** Looks through the steps of a source or sink for mistakes, as far as fields are known before anything runs. */
public final class StepCheck {

    private static final Schema UNKNOWN = Schema.of("unknown");

    private StepCheck() {}

    /**
     * A problem of a step.
     *
     * @param step its number in the list, from 0
     * @param problem what is wrong
     */
    public record Finding(int step, StepProblem problem) {}

    /**
     * All that can be told. Of fields that are not among the known ones nothing is said.
     *
     * @param known fields that rows will have in front of the first step
     */
    public static List<Finding> check(List<StepSpec> steps, List<Field> known) {
        List<Finding> findings = new ArrayList<>();
        Schema schema = Schema.of("known", known);
        for (int i = 0; i < steps.size(); i++) {
            StepSpec step = steps.get(i);
            Schema after =
                    step.factory() instanceof StepFactory factory ? check(factory, step, i, schema, findings) : UNKNOWN;
            // Where a step changes some streams only, what is known of all of them is what it does not touch.
            schema = step.on().isEmpty() ? after : UNKNOWN;
        }
        return findings;
    }

    private static Schema check(StepFactory factory, StepSpec step, int number, Schema schema, List<Finding> findings) {
        StreamSchema stream = StreamSchema.of("stream", schema, List.of());
        try {
            return factory.make(step.config(), new NoContext())
                    .plan(new Step.Known(stream, true))
                    .output()
                    .schema();
        } catch (StepException e) {
            e.problems().stream()
                    .filter(problem -> !problem.isMissing())
                    .forEach(problem -> findings.add(new Finding(number, problem)));
        } catch (LookupStep.UnknownOutput e) {
            return UNKNOWN;
        } catch (Exception e) {
            findings.add(new Finding(
                    number, StepProblem.at("", "the step '" + step.name() + "' could not be checked: " + e)));
        }
        return UNKNOWN;
    }
}
