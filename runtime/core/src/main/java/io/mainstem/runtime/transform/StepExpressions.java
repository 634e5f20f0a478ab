package io.mainstem.runtime.transform;

import io.mainstem.runtime.expression.EvaluationException;
import io.mainstem.runtime.expression.Expression;
import io.mainstem.runtime.expression.ExpressionException;
import io.mainstem.runtime.expression.Expressions;

/** Expressions of a step, whose mistakes name the step's option. */
final class StepExpressions {

    private final Expressions expressions;

    private StepExpressions(Expressions expressions) {
        this.expressions = expressions;
    }

    static StepExpressions of(KnownStream known) {
        return new StepExpressions(Expressions.in(known.scope(), known.stream().name()));
    }

    Expression compile(String path, String text) throws StepException {
        return compile(path, text, 0);
    }

    /** An expression that begins so many characters behind the start of the value. */
    Expression compile(String path, String text, int shift) throws StepException {
        try {
            return expressions.compile(text);
        } catch (ExpressionException e) {
            throw StepException.of(path, e, shift);
        }
    }

    /** The same failure, which says for which field it was. */
    static RecordProblem problem(String field, EvaluationException e) {
        return new RecordProblem("field '" + field + "': " + e.getMessage());
    }
}
