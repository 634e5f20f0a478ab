package io.mainstem.runtime.plan;

import io.mainstem.api.Capability;
import io.mainstem.api.Plan;
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.worker.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a sink will do.
 *
 * @param name its name in the pipeline
 * @param connector its connector
 * @param group its consumer group
 * @param effect what the plan means for it
 * @param delivery how often a record comes into the target, and why
 * @param capabilities what it declares that it can do
 * @param deliveries what it will do with each topic
 * @param isPlannable whether the connector shows what it will send
 * @param failure why it could not be planned as a whole
 */
public record SinkPlan(
        String name,
        String connector,
        String group,
        Effect effect,
        DeliveryMode delivery,
        List<Capability> capabilities,
        List<DeliveryPlan> deliveries,
        boolean isPlannable,
        Optional<Failure> failure) {

    /** Copies the lists. */
    public SinkPlan {
        capabilities = List.copyOf(capabilities);
        deliveries = List.copyOf(deliveries);
    }

    /** What becomes of each target, once for all topics that go into it. */
    Stream<Plan.Change> changes() {
        Map<Object, Plan.Change> byTarget = new LinkedHashMap<>();
        for (DeliveryPlan delivery : deliveries) {
            if (!delivery.isPutOff()) {
                delivery.plan()
                        .ifPresent(plan -> byTarget.merge(
                                plan.target().isPresent() ? plan.target().get() : plan,
                                change(plan),
                                (one, other) -> one == Plan.Change.NONE ? other : one));
            }
        }
        return byTarget.values().stream();
    }

    /** Things that are made beside a target that stays as it is count as a change, too. */
    private static Plan.Change change(Plan plan) {
        return plan.change() == Plan.Change.NONE && !plan.changes().isEmpty() ? Plan.Change.ALTER : plan.change();
    }

    Stream<Failure> failures() {
        return Stream.concat(failure.stream(), deliveries.stream().flatMap(delivery -> delivery.failure().stream()));
    }

    Stream<String> warnings() {
        return deliveries.stream().flatMap(delivery -> delivery.warnings().stream());
    }
}
