package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.Constant;
import com.google.api.expr.v1alpha1.Expr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Makes nodes of an expression that was checked: null for what only the library evaluates. */
final class NodeCompiler {

    private final Fields fields;

    NodeCompiler(Fields fields) {
        this.fields = fields;
    }

    @Nullable
    Node compile(Expr expr) {
        return switch (expr.getExprKindCase()) {
            case CONST_EXPR -> constant(expr.getConstExpr());
            case IDENT_EXPR -> variable(expr.getIdentExpr().getName());
            case SELECT_EXPR -> select(expr.getSelectExpr());
            case CALL_EXPR -> call(expr.getCallExpr());
            default -> null;
        };
    }

    private static @Nullable Node constant(Constant constant) {
        return switch (constant.getConstantKindCase()) {
            case BOOL_VALUE -> Constants.of(constant.getBoolValue());
            case INT64_VALUE -> Constants.of(constant.getInt64Value());
            case DOUBLE_VALUE -> Constants.of(constant.getDoubleValue());
            case STRING_VALUE -> Constants.of(constant.getStringValue());
            case NULL_VALUE -> Constants.nothing();
            default -> null;
        };
    }

    private @Nullable Node variable(String name) {
        return switch (name) {
            case "operation" -> Variables.operation();
            case "stream" -> Variables.stream();
            case "time" -> Variables.time();
            default -> fields.named(name);
        };
    }

    private @Nullable Node select(Expr.Select select) {
        if (select.getOperand().getExprKindCase() != Expr.ExprKindCase.IDENT_EXPR) {
            return null;
        }
        String operand = select.getOperand().getIdentExpr().getName();
        if (operand.equals("headers")) {
            return select.getTestOnly() ? Variables.hasHeader(select.getField()) : Variables.header(select.getField());
        }
        if (!select.getTestOnly() || !fields.isRow(operand)) {
            return null;
        }
        return Variables.has(fields.field(operand + "." + select.getField()));
    }

    private @Nullable Node call(Expr.Call call) {
        String function = call.getFunction();
        if (function.equals("_[_]")) {
            return index(call.getArgs(0), call.getArgs(1));
        }
        if (function.equals("@in")) {
            return in(call.getArgs(0), call.getArgs(1));
        }
        List<Node> operands = new ArrayList<>();
        if (call.hasTarget()) {
            operands.add(compile(call.getTarget()));
        }
        call.getArgsList().forEach(argument -> operands.add(compile(argument)));
        if (operands.contains(null)) {
            return null;
        }
        return switch (operands.size()) {
            case 1 -> unary(function, operands.get(0));
            case 2 -> binary(function, operands.get(0), operands.get(1), call);
            case 3 -> function.equals("_?_:_") ? choice(operands) : null;
            default -> null;
        };
    }

    private static @Nullable Node choice(List<Node> operands) {
        Node yes = operands.get(1);
        Node no = operands.get(2);
        boolean same = yes.sort() == no.sort() || yes.sort() == Sort.NULL || no.sort() == Sort.NULL;
        return operands.get(0).sort() == Sort.BOOL && same ? Logic.choice(operands.get(0), yes, no) : null;
    }

    private static @Nullable Node unary(String function, Node operand) {
        return switch (function) {
            case "!_" -> operand.sort() == Sort.BOOL ? Logic.not(operand) : null;
            case "-_" -> Arithmetic.negative(operand);
            // Of null, the library makes the text "null"; here it is an error, as the language has it.
            default -> Strings.of(function, operand);
        };
    }

    private static @Nullable Node binary(String function, Node left, Node right, Expr.Call call) {
        return switch (function) {
            case "_&&_" -> bothAreTruths(left, right) ? Logic.and(left, right) : null;
            case "_||_" -> bothAreTruths(left, right) ? Logic.or(left, right) : null;
            case "_==_" -> Comparisons.equal(left, right);
            case "_!=_" -> {
                Node equal = Comparisons.equal(left, right);
                yield equal == null ? null : Logic.not(equal);
            }
            case "_<_" -> Comparisons.order(Comparisons.Order.LESS, left, right);
            case "_<=_" -> Comparisons.order(Comparisons.Order.LESS_OR_EQUAL, left, right);
            case "_>_" -> Comparisons.order(Comparisons.Order.GREATER, left, right);
            case "_>=_" -> Comparisons.order(Comparisons.Order.GREATER_OR_EQUAL, left, right);
            case "matches" -> matches(left, call);
            case "contains", "startsWith", "endsWith" -> Strings.of(function, left, right);
            default -> Arithmetic.of(function, left, right);
        };
    }

    private static boolean bothAreTruths(Node left, Node right) {
        return left.sort() == Sort.BOOL && right.sort() == Sort.BOOL;
    }

    private static @Nullable Node matches(Node text, Expr.Call call) {
        Expr pattern = call.getArgs(call.getArgsCount() - 1);
        if (text.sort() != Sort.STRING || !isText(pattern)) {
            return null;
        }
        try {
            return Strings.matches(text, Pattern.compile(pattern.getConstExpr().getStringValue()));
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    static boolean isText(Expr expr) {
        return expr.getExprKindCase() == Expr.ExprKindCase.CONST_EXPR
                && expr.getConstExpr().getConstantKindCase() == Constant.ConstantKindCase.STRING_VALUE;
    }

    private @Nullable Node index(Expr of, Expr by) {
        if (of.getExprKindCase() != Expr.ExprKindCase.IDENT_EXPR || !isText(by)) {
            return null;
        }
        String name = of.getIdentExpr().getName();
        String part = by.getConstExpr().getStringValue();
        if (name.equals("headers")) {
            return Variables.header(part);
        }
        return fields.isRow(name) ? fields.child(name, part) : null;
    }

    /** Of a list of texts or of whole numbers that is written out. */
    private @Nullable Node in(Expr value, Expr list) {
        if (isText(value)
                && list.getExprKindCase() == Expr.ExprKindCase.IDENT_EXPR
                && list.getIdentExpr().getName().equals("headers")) {
            return Variables.hasHeader(value.getConstExpr().getStringValue());
        }
        Node node = compile(value);
        if (node == null || list.getExprKindCase() != Expr.ExprKindCase.LIST_EXPR) {
            return null;
        }
        Set<Object> all = new HashSet<>();
        for (Expr each : list.getListExpr().getElementsList()) {
            Object element = element(node.sort(), each);
            if (element == null) {
                return null;
            }
            all.add(element);
        }
        return Comparisons.in(node, all);
    }

    private static @Nullable Object element(Sort sort, Expr expr) {
        Constant constant = expr.getConstExpr();
        if (sort == Sort.STRING && constant.hasStringValue()) {
            return constant.getStringValue();
        }
        return sort == Sort.INT && constant.hasInt64Value() ? (Object) constant.getInt64Value() : null;
    }
}
