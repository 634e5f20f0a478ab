package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.Expr;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the variable of a field in the place of {@code value["its name"]}: the library knows the types of variables, but not of entries
 * of a map, and has no null in a map.
 */
final class QuotedFields {

    private QuotedFields() {}

    /** The expression with variables, as far as there are such. */
    static Expr resolved(Expr expr, Set<String> variables) {
        Expr inner = NullChoices.withParts(expr, each -> resolved(each, variables));
        String name = name(inner);
        return name != null && variables.contains(name)
                ? inner.toBuilder()
                        .setIdentExpr(Expr.Ident.newBuilder().setName(name))
                        .build()
                : inner;
    }

    private static @Nullable String name(Expr expr) {
        if (!expr.hasCallExpr()
                || !expr.getCallExpr().getFunction().equals("_[_]")
                || !NodeCompiler.isText(expr.getCallExpr().getArgs(1))) {
            return null;
        }
        String row = row(expr.getCallExpr().getArgs(0));
        return row == null
                ? null
                : Fields.named(row, expr.getCallExpr().getArgs(1).getConstExpr().getStringValue());
    }

    /** The name of a row as a variable would have it: also where the library has not found its variable yet. */
    static @Nullable String row(Expr expr) {
        if (expr.hasIdentExpr()) {
            return expr.getIdentExpr().getName();
        }
        if (!expr.hasSelectExpr() || expr.getSelectExpr().getTestOnly()) {
            return null;
        }
        String outer = row(expr.getSelectExpr().getOperand());
        return outer == null ? null : outer + "." + expr.getSelectExpr().getField();
    }
}
