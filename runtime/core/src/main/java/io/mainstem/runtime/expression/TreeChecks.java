package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.Expr;
import io.mainstem.api.Field;
import io.mainstem.runtime.expression.ExpressionException.Mistake;
import io.mainstem.runtime.text.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /** Those that take no maps; {@code == != <= >=} end alike. */
    private static final Set<String> OF_VALUES = Set.of(
            "_<_", "_>_", "_+_", "_-_", "_*_", "_/_", "_%_", "-_", "int", "double", "string", "bool", "timestamp");

    private final CheckedExpr tree;
    private final Fields fields;
    private final NodeCompiler compiler;
    private final List<Mistake> mistakes = new ArrayList<>();
    private boolean usesValue;

    /** Whether a macro has a variable of that name around the present place. */
    private boolean isKeyHidden;

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
            case COMPREHENSION_EXPR -> comprehension(expr.getComprehensionExpr());
            default -> {}
        }
    }

    private void comprehension(Expr.Comprehension loop) {
        visit(loop.getIterRange());
        boolean wasHidden = isKeyHidden;
        isKeyHidden |= loop.getIterVar().equals(Fields.KEY_ROW);
        visit(loop.getLoopCondition());
        visit(loop.getLoopStep());
        isKeyHidden = wasHidden;
        visit(loop.getResult());
    }

    private static boolean isOfValue(String name) {
        return name.equals("value") || name.startsWith("value.") || name.startsWith("value[");
    }

    private void call(Expr expr, Expr.Call call) {
        if (call.hasTarget()) {
            visit(call.getTarget());
        }
        call.getArgsList().forEach(this::visit);
        wholeKey(call);
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
        if (rowName.equals(Fields.KEY_ROW)) {
            keyField(at, name);
            return;
        }
        boolean isKnown = fields.isRow(rowName)
                && !(rowName.equals("value") && fields.scope().mayHave(name));
        if (isKnown && fields.field(rowName + "." + name) == null) {
            missing(at, rowName, name, names(rowName));
        }
    }

    private List<String> names(String row) {
        return row.equals("value")
                ? fields.scope().fields()
                : fields.row(row).fields().stream().map(Field::name).toList();
    }

    private void missing(Expr at, String row, String name, List<String> names) {
        String hint = Nearest.hint(name, names);
        mistake(
                at,
                "there is no field '" + name + "' in " + row
                        + (hint.isEmpty() ? "; the fields are " + String.join(", ", names) : hint));
    }

    private void keyField(Expr at, String name) {
        Scope scope = fields.scope();
        if (isKeyKnown() && !scope.key().contains(name) && !scope.mayHave(name)) {
            missing(at, Fields.KEY_ROW, name, scope.key());
        }
    }

    private boolean isKeyKnown() {
        return !isKeyHidden && !fields.scope().key().isEmpty();
    }

    /** A key with fields is no value by itself. */
    private void wholeKey(Expr.Call call) {
        if (!isKeyKnown()) {
            return;
        }
        String function = call.getFunction();
        if (call.hasTarget() && !function.equals("size")) {
            wholeKey(call.getTarget());
        } else if (OF_VALUES.contains(function) || function.endsWith("=_") && hasValue(call)) {
            call.getArgsList().forEach(this::wholeKey);
        } else if (function.equals("@in")) {
            wholeKey(call.getArgs(0));
        }
    }

    private void wholeKey(Expr expr) {
        if (expr.getIdentExpr().getName().equals(Fields.KEY_ROW)) {
            List<String> key = fields.scope().key();
            mistake(
                    expr,
                    "'key' has the fields " + String.join(", ", key) + ", and is no value itself; write "
                            + Fields.named(Fields.KEY_ROW, key.get(0)));
        }
    }

    /** Whether one operand is known to be no row, and not null. */
    private boolean hasValue(Expr.Call call) {
        return call.getArgsList().stream()
                .map(compiler::compile)
                .anyMatch(node -> node != null && node.sort() != Sort.NULL);
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
