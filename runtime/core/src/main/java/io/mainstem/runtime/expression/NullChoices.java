package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.Constant;
import com.google.api.expr.v1alpha1.Decl;
import com.google.api.expr.v1alpha1.Expr;
import com.google.api.expr.v1alpha1.Reference;
import com.google.api.expr.v1alpha1.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.projectnessie.cel.checker.Decls;

/**
 * Choices of which one side is written as null, as in {@code value.name == null ? null : value.name + '!'}. The library wants one
 * type of both sides, which null and a text have not. So while types are checked such a choice is a call of a function that takes
 * the condition and the other side, and gives what that side has or null; behind the check it is the choice again. A value that may
 * be null is treated as that of a field that may be: where one is needed and there is none, the record is bad.
 *
 * <p>An instance is for one expression and one thread.
 */
final class NullChoices {

    private static final String CHOICE = "_?_:_";
    private static final String CHOICE_OVERLOAD = "conditional";
    /** Names that nobody can write. */
    private static final String NULL_IF = "@null_if";

    private static final String NULL_UNLESS = "@null_unless";

    /** The sides that are null, by the ids of the choices. */
    private final Map<Long, Expr> nulls = new HashMap<>();

    /** The functions that stand for choices, with what people call them. */
    static Map<String, String> functions() {
        return Map.of(NULL_IF, "? :", NULL_UNLESS, "? :");
    }

    /** What the library is told of them. */
    static List<Decl> declarations() {
        return List.of(declaration(NULL_IF), declaration(NULL_UNLESS));
    }

    private static Decl declaration(String name) {
        List<Decl.FunctionDecl.Overload> overloads = new ArrayList<>();
        for (Type type : List.of(Decls.Bool, Decls.Int, Decls.Double, Decls.String, Decls.Bytes)) {
            overloads.add(overload(name, type, Decls.newWrapperType(type)));
        }
        overloads.add(overload(name, Decls.Timestamp, Decls.Timestamp));
        overloads.add(overload(name, Decls.Duration, Decls.Duration));
        return Decls.newFunction(name, overloads);
    }

    private static Decl.FunctionDecl.Overload overload(String name, Type side, Type result) {
        String id = name + "_" + (side.hasPrimitive() ? side.getPrimitive() : side.getWellKnown());
        return Decls.newOverload(id, List.of(Decls.Bool, side), result);
    }

    /** The expression with calls in the place of such choices. */
    Expr hide(Expr expr) {
        Expr inner = withParts(expr, this::hide);
        if (!inner.hasCallExpr() || !inner.getCallExpr().getFunction().equals(CHOICE)) {
            return inner;
        }
        Expr condition = inner.getCallExpr().getArgs(0);
        Expr yes = inner.getCallExpr().getArgs(1);
        Expr no = inner.getCallExpr().getArgs(2);
        if (isNull(yes) == isNull(no)) {
            return inner;
        }
        nulls.put(inner.getId(), isNull(yes) ? yes : no);
        return isNull(yes) ? call(inner, NULL_IF, condition, no) : call(inner, NULL_UNLESS, condition, yes);
    }

    private static boolean isNull(Expr expr) {
        return expr.hasConstExpr() && expr.getConstExpr().getConstantKindCase() == Constant.ConstantKindCase.NULL_VALUE;
    }

    private static Expr call(Expr of, String function, Expr... arguments) {
        return of.toBuilder()
                .setCallExpr(Expr.Call.newBuilder().setFunction(function).addAllArgs(List.of(arguments)))
                .build();
    }

    /** The checked expression with the choices again. */
    CheckedExpr show(CheckedExpr checked) {
        if (nulls.isEmpty()) {
            return checked;
        }
        CheckedExpr.Builder shown = checked.toBuilder().setExpr(show(checked.getExpr()));
        nulls.forEach((id, side) -> shown.putReferenceMap(
                        id,
                        Reference.newBuilder().addOverloadId(CHOICE_OVERLOAD).build())
                .putTypeMap(side.getId(), Decls.Null));
        return shown.build();
    }

    private Expr show(Expr expr) {
        Expr inner = withParts(expr, this::show);
        Expr side = nulls.get(inner.getId());
        if (side == null) {
            return inner;
        }
        Expr condition = inner.getCallExpr().getArgs(0);
        Expr other = inner.getCallExpr().getArgs(1);
        return inner.getCallExpr().getFunction().equals(NULL_IF)
                ? call(inner, CHOICE, condition, side, other)
                : call(inner, CHOICE, condition, other, side);
    }

    /** The same expression of other parts. */
    static Expr withParts(Expr expr, UnaryOperator<Expr> change) {
        Expr.Builder builder = expr.toBuilder();
        switch (expr.getExprKindCase()) {
            case SELECT_EXPR -> change(builder.getSelectExprBuilder().getOperandBuilder(), change);
            case CALL_EXPR -> {
                if (expr.getCallExpr().hasTarget()) {
                    change(builder.getCallExprBuilder().getTargetBuilder(), change);
                }
                builder.getCallExprBuilder().getArgsBuilderList().forEach(each -> change(each, change));
            }
            case LIST_EXPR ->
                builder.getListExprBuilder().getElementsBuilderList().forEach(each -> change(each, change));
            case STRUCT_EXPR ->
                builder.getStructExprBuilder()
                        .getEntriesBuilderList()
                        .forEach(entry -> change(entry.getValueBuilder(), change));
            case COMPREHENSION_EXPR -> {
                Expr.Comprehension.Builder loop = builder.getComprehensionExprBuilder();
                change(loop.getIterRangeBuilder(), change);
                change(loop.getAccuInitBuilder(), change);
                change(loop.getLoopConditionBuilder(), change);
                change(loop.getLoopStepBuilder(), change);
                change(loop.getResultBuilder(), change);
            }
            default -> {
                // it has no parts
            }
        }
        return builder.build();
    }

    private static void change(Expr.Builder part, UnaryOperator<Expr> change) {
        Expr changed = change.apply(part.build());
        part.clear().mergeFrom(changed);
    }
}
