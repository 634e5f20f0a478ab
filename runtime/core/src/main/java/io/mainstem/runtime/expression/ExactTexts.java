package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.Expr;
import com.google.api.expr.v1alpha1.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts texts of our own in the place of those of the library: {@code string(value.amount)} has every digit of the field and becomes a
 * variable, since the library's numbers with a fraction have 15; any other {@code string(...)} writes such a number without an exponent.
 */
final class ExactTexts {

    /** A function that nobody can write. */
    static final String FUNCTION = "@text";

    private static final String BEGIN = "string(";
    private static final String END = ")";

    private final Fields fields;
    private final List<Expr> variables = new ArrayList<>();
    private final List<Expr> calls = new ArrayList<>();

    private ExactTexts(Fields fields) {
        this.fields = fields;
    }

    /** The checked expression with such texts. */
    static CheckedExpr in(CheckedExpr checked, Fields fields) {
        ExactTexts texts = new ExactTexts(fields);
        CheckedExpr.Builder changed = checked.toBuilder().setExpr(texts.resolved(checked.getExpr()));
        texts.variables.forEach(each -> changed.putReferenceMap(
                each.getId(),
                Reference.newBuilder().setName(each.getIdentExpr().getName()).build()));
        texts.calls.forEach(each -> changed.putReferenceMap(
                each.getId(), Reference.newBuilder().addOverloadId(FUNCTION).build()));
        return changed.build();
    }

    /** Whether a name is that of such a variable. */
    static boolean isText(String name) {
        return name.startsWith(BEGIN);
    }

    /** The name of the field whose text the variable is. */
    static String field(String name) {
        return name.substring(BEGIN.length(), name.length() - END.length());
    }

    private Expr resolved(Expr expr) {
        Expr inner = NullChoices.withParts(expr, this::resolved);
        if (!inner.hasCallExpr() || !inner.getCallExpr().getFunction().equals("string")) {
            return inner;
        }
        Expr of = inner.getCallExpr().getArgs(0);
        FieldNode field = of.hasIdentExpr() ? number(of.getIdentExpr().getName()) : null;
        return field == null ? call(inner) : variable(inner, of.getIdentExpr().getName());
    }

    private @Nullable FieldNode number(String name) {
        FieldNode field = fields.field(name);
        return field != null && field.sort() == Sort.DOUBLE ? field : null;
    }

    private Expr call(Expr text) {
        Expr call = text.toBuilder()
                .setCallExpr(text.getCallExpr().toBuilder().setFunction(FUNCTION))
                .build();
        calls.add(call);
        return call;
    }

    private Expr variable(Expr text, String field) {
        Expr variable = text.toBuilder()
                .setIdentExpr(Expr.Ident.newBuilder().setName(BEGIN + field + END))
                .build();
        variables.add(variable);
        return variable;
    }
}
