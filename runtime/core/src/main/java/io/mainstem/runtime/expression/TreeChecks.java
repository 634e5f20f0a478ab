package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.Expr;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.runtime.expression.ExpressionException.Mistake;
import io.mainstem.runtime.text.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.projectnessie.cel.common.types.DoubleT;
import org.projectnessie.cel.common.types.DurationT;
import org.projectnessie.cel.common.types.Err;
import org.projectnessie.cel.common.types.IntT;
import org.projectnessie.cel.common.types.StringT;
import org.projectnessie.cel.common.types.TimestampT;
import org.projectnessie.cel.common.types.ref.Type;

/** Looks at what the library lets pass: fields that are not there, and comparisons that are never true. */
final class TreeChecks {

    private static final Map<String, Conversion> CONVERSIONS = Map.of(
            "timestamp", new Conversion(TimestampT.TimestampType, "'2024-01-31T00:00:00Z'"),
            "duration", new Conversion(DurationT.DurationType, "'90s' or '1h30m'"),
            "int", new Conversion(IntT.IntType, "'12'"),
            "double", new Conversion(DoubleT.DoubleType, "'1.5'"));

    private final CheckedExpr tree;
    private final Fields fields;
    private final NodeCompiler compiler;
    private final List<Mistake> mistakes = new ArrayList<>();
    private boolean usesValue;

    TreeChecks(CheckedExpr tree, Fields fields) {
        this.tree = tree;
        this.fields = fields;
        this.compiler = new NodeCompiler(fields);
    }

    /** Whether the value of a message is looked at. */
    boolean run() throws ExpressionException {
        if (!mistakes().isEmpty()) {
            throw new ExpressionException(mistakes);
        }
        return usesValue;
    }

    /** What is wrong, once for each instance. */
    List<Mistake> mistakes() {
        visit(tree.getExpr());
        return mistakes;
    }

    private void visit(Expr expr) {
        switch (expr.getExprKindCase()) {
            case IDENT_EXPR -> usesValue |= isOfValue(expr.getIdentExpr().getName());
            case SELECT_EXPR -> {
                field(
                        expr,
                        expr.getSelectExpr().getOperand(),
                        expr.getSelectExpr().getField());
                visit(expr.getSelectExpr().getOperand());
            }
            case CALL_EXPR -> call(expr, expr.getCallExpr());
            case LIST_EXPR -> expr.getListExpr().getElementsList().forEach(this::visit);
            case STRUCT_EXPR ->
                expr.getStructExpr().getEntriesList().forEach(entry -> {
                    visit(entry.getMapKey());
                    visit(entry.getValue());
                });
            case COMPREHENSION_EXPR -> {
                visit(expr.getComprehensionExpr().getIterRange());
                visit(expr.getComprehensionExpr().getLoopCondition());
                visit(expr.getComprehensionExpr().getLoopStep());
                visit(expr.getComprehensionExpr().getResult());
            }
            default -> {}
        }
    }

    private static boolean isOfValue(String name) {
        return name.equals("value") || name.startsWith("value.") || name.startsWith("value[");
    }

    private void call(Expr expr, Expr.Call call) {
        if (call.hasTarget()) {
            visit(call.getTarget());
        }
        call.getArgsList().forEach(this::visit);
        switch (call.getFunction()) {
            case "_[_]" -> {
                if (NodeCompiler.isText(call.getArgs(1))) {
                    field(expr, call.getArgs(0), call.getArgs(1).getConstExpr().getStringValue());
                }
            }
            case "_==_", "_!=_" -> sameSorts(expr, call);
            case "matches" -> pattern(call.getArgs(call.getArgsCount() - 1));
            case "timestamp", "duration", "int", "double" -> conversion(call);
            default -> {}
        }
    }

    /** A field of a row that is known, by whichever way it is named. */
    private void field(Expr at, Expr row, String name) {
        String rowName = QuotedFields.row(row);
        if (rowName == null) {
            return;
        }
        boolean isKnown = fields.isRow(rowName)
                && !(rowName.equals("value") && fields.scope().mayHave(name));
        if (isKnown && fields.field(rowName + "." + name) == null) {
            Schema schema = fields.row(rowName);
            List<String> names = schema.fields().stream().map(Field::name).toList();
            String hint = Nearest.hint(name, names);
            mistake(
                    at,
                    "there is no field '" + name + "' in " + rowName
                            + (hint.isEmpty() ? "; the fields are " + String.join(", ", names) : hint));
        }
    }

    private void sameSorts(Expr expr, Expr.Call call) {
        Node left = compiler.compile(call.getArgs(0));
        Node right = compiler.compile(call.getArgs(1));
        if (left != null && right != null && differ(left.sort(), right.sort())) {
            mistake(
                    expr,
                    left.sort() + " and " + right.sort()
                            + " are never equal; convert one with int(...), double(...), string(...) or timestamp(...)");
        }
    }

    private static boolean differ(Sort left, Sort right) {
        boolean comparable =
                left == right || left == Sort.NULL || right == Sort.NULL || left.isNumber() && right.isNumber();
        return !comparable;
    }

    private void pattern(Expr expr) {
        if (!NodeCompiler.isText(expr)) {
            return;
        }
        try {
            Pattern.compile(expr.getConstExpr().getStringValue());
        } catch (PatternSyntaxException e) {
            mistake(expr, "'" + e.getPattern() + "' is no regular expression: " + e.getDescription());
        }
    }

    /** Of text that is written out it is known now whether it can be converted. */
    private void conversion(Expr.Call call) {
        if (call.getArgsCount() != 1 || !NodeCompiler.isText(call.getArgs(0))) {
            return;
        }
        Conversion conversion = Objects.requireNonNull(CONVERSIONS.get(call.getFunction()));
        String text = call.getArgs(0).getConstExpr().getStringValue();
        if (Err.isError(StringT.stringOf(text).convertToType(conversion.type()))) {
            mistake(
                    call.getArgs(0),
                    "'" + text + "' is no " + call.getFunction() + "; write it as " + conversion.example());
        }
    }

    /** What a text is made of, and one that can be. */
    private record Conversion(Type type, String example) {}

    private void mistake(Expr at, String message) {
        @Nullable Integer position = tree.getSourceInfo().getPositionsMap().get(at.getId());
        // The place of a selection is its point.
        int shift = at.getExprKindCase() == Expr.ExprKindCase.SELECT_EXPR ? 1 : 0;
        int offset = position == null ? 0 : position + shift;
        int line = 1;
        int lineStart = 0;
        for (int end : tree.getSourceInfo().getLineOffsetsList()) {
            if (end <= offset) {
                line++;
                lineStart = end;
            }
        }
        mistakes.add(new Mistake(line, offset - lineStart + 1, message));
    }
}
