package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.worker.Failure;

/** What connectors say, with a mask in the place of each secret. Thread-safe. */
record Masked(Secrets secrets) {

    Failure failure(Throwable thrown) {
        Failure failure = Failure.of(thrown);
        return new Failure(
                failure.kind(), failure.isFinal(), text(failure.message()), text(failure.whatToDo()), failure.after());
    }

    Plan plan(Plan plan) {
        Plan.Builder masked = Plan.builder();
        plan.target().ifPresent(target -> masked.target(text(target), plan.change()));
        plan.changes().forEach(change -> masked.change(text(change.purpose()), text(change.text())));
        plan.requests().forEach(request -> masked.request(text(request.purpose()), text(request.text())));
        plan.columns()
                .forEach(column -> masked.column(column.field(), column.name(), text(column.type()), column.change()));
        masked.explanation(plan.explanation().stream().map(this::text).toList());
        plan.warnings().forEach(warning -> masked.warning(text(warning)));
        return masked.build();
    }

    String text(String text) {
        return secrets.scrub(text);
    }
}
