package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.Decl;
import com.google.api.expr.v1alpha1.Expr;
import com.google.api.expr.v1alpha1.Type;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.runtime.expression.ExpressionException.Mistake;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.projectnessie.cel.Ast;
import org.projectnessie.cel.CEL;
import org.projectnessie.cel.Env;
import org.projectnessie.cel.EnvOption;
import org.projectnessie.cel.Library;
import org.projectnessie.cel.checker.Decls;

/** What the library knows of a scope: a variable for each field, under its dotted name, so that it checks their types. */
final class CelEnvironment {

    private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
    private static final Set<String> RESERVED = Set.of(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "false",
            "for",
            "function",
            "if",
            "import",
            "in",
            "let",
            "loop",
            "namespace",
            "null",
            "package",
            "return",
            "true",
            "var",
            "void",
            "while");
    private static final List<String> ORDERS =
            List.of("_<_", "less", "_<=_", "less_equals", "_>_", "greater", "_>=_", "greater_equals");
    private static final int CHARACTERS_MAX = 20_000;

    private final Fields fields;
    private final Scope scope;
    private final Env env;
    private final Set<String> variables = new HashSet<>();

    CelEnvironment(Fields fields) {
        this.fields = fields;
        this.scope = fields.scope();
        this.env = Env.newEnv(EnvOption.declarations(declarations()), Library.Lib(new TextLibrary()));
    }

    /** An expression whose types are right. */
    record Checked(Ast ast, CheckedExpr tree, Env env) {}

    Checked check(String text) throws ExpressionException {
        if (text.length() > CHARACTERS_MAX) {
            throw new ExpressionException(
                    List.of(new Mistake(1, 1, "the expression has more than " + CHARACTERS_MAX + " characters")));
        }
        try {
            throwAny(SyntaxCheck.mistakes(text, new CelMessages(scope, text)));
            Env.AstIssuesTuple parsed = env.parse(text);
            throwAny(mistakes(parsed, text));
            return check(parsed.getAst(), text);
        } catch (StackOverflowError e) {
            throw new ExpressionException(List.of(new Mistake(1, 1, "the expression is nested too deep")));
        }
    }

    private Checked check(Ast parsed, String text) throws ExpressionException {
        NullChoices choices = new NullChoices();
        Expr hidden = choices.hide(QuotedFields.resolved(parsed.getExpr(), variables));
        Env.AstIssuesTuple checked = env.check(new Ast(hidden, parsed.getSourceInfo(), parsed.getSource()));
        if (checked.hasIssues()) {
            throw new ExpressionException(withThoseOfFields(mistakes(checked, text), hidden, parsed));
        }
        CheckedExpr tree = choices.show(CEL.astToCheckedExpr(checked.getAst()));
        return new Checked(CEL.checkedExprToAst(tree), tree, env);
    }

    /** Fields that are not there are no mistake for the library; they should be told all the same beside what is one. */
    private List<Mistake> withThoseOfFields(List<Mistake> mistakes, Expr expr, Ast parsed) {
        CheckedExpr unchecked = CheckedExpr.newBuilder()
                .setExpr(expr)
                .setSourceInfo(parsed.getSourceInfo())
                .build();
        List<Mistake> all = new ArrayList<>(mistakes);
        new TreeChecks(unchecked, fields)
                .mistakes().stream()
                        .filter(found -> mistakes.stream().noneMatch(found::isAt))
                        .forEach(all::add);
        all.sort(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column));
        return all;
    }

    private static void throwAny(List<Mistake> mistakes) throws ExpressionException {
        if (!mistakes.isEmpty()) {
            throw new ExpressionException(mistakes);
        }
    }

    private List<Mistake> mistakes(Env.AstIssuesTuple result, String text) {
        if (!result.hasIssues()) {
            return List.of();
        }
        CelMessages messages = new CelMessages(scope, text);
        return result.getIssues().getErrors().stream()
                .map(error -> new Mistake(
                        Math.max(1, error.getLocation().line()),
                        Math.max(0, error.getLocation().column()) + 1,
                        messages.forPeople(String.valueOf(error.getMessage()))))
                .distinct()
                .toList();
    }

    private List<Decl> declarations() {
        List<Decl> all = new ArrayList<>();
        all.add(Decls.newVar("operation", Decls.String));
        all.add(Decls.newVar("stream", Decls.String));
        all.add(Decls.newVar("time", Decls.Timestamp));
        all.add(Decls.newVar("headers", Decls.newMapType(Decls.String, Decls.String)));
        all.add(Decls.newVar("value", Decls.newMapType(Decls.String, Decls.Dyn)));
        all.add(Decls.newVar("key", Decls.Dyn));
        fields(all, "value", scope.row(), false);
        all.forEach(each -> variables.add(each.getName()));
        for (String name : scope.key()) {
            if (isIdentifier(name)) {
                all.add(Decls.newVar(
                        "key." + name, type(scope.row().field(scope.row().indexOf(name)), false)));
            }
        }
        all.addAll(NullChoices.declarations());
        for (int i = 0; i < ORDERS.size(); i += 2) {
            all.add(mixedOrder(ORDERS.get(i), ORDERS.get(i + 1)));
        }
        return all;
    }

    /** A whole number and one with a fraction have an order, as in later versions of the language. */
    private static Decl mixedOrder(String operator, String name) {
        return Decls.newFunction(
                operator,
                Decls.newOverload(name + "_int64_double", List.of(Decls.Int, Decls.Double), Decls.Bool),
                Decls.newOverload(name + "_double_int64", List.of(Decls.Double, Decls.Int), Decls.Bool));
    }

    private static void fields(List<Decl> all, String prefix, Schema schema, boolean inNullable) {
        for (Field field : schema.fields()) {
            String name = Fields.named(prefix, field.name());
            boolean nullable = inNullable || field.isNullable();
            all.add(Decls.newVar(name, type(field, nullable)));
            if (field.type().kind() == io.mainstem.api.Type.Kind.STRUCT) {
                fields(all, name, field.type().schema(), nullable);
            }
        }
    }

    /** Whether it can stand behind a point. */
    static boolean isIdentifier(String name) {
        return IDENTIFIER.matcher(name).matches() && !RESERVED.contains(name);
    }

    private static Type type(Field field, boolean inNullable) {
        Type type = type(field.type());
        boolean wrap = (inNullable || field.isNullable()) && type.hasPrimitive();
        return wrap ? Decls.newWrapperType(type) : type;
    }

    private static Type type(io.mainstem.api.Type type) {
        return switch (type.kind()) {
            case BOOLEAN -> Decls.Bool;
            case INT8, INT16, INT32, INT64 -> Decls.Int;
            case FLOAT32, FLOAT64, DECIMAL -> Decls.Double;
            case STRING, JSON, UUID -> Decls.String;
            case BYTES -> Decls.Bytes;
            case DATE, TIMESTAMP, TIMESTAMPTZ -> Decls.Timestamp;
            case TIME -> Decls.Duration;
            case ARRAY -> Decls.newListType(type(type.element()));
            case MAP -> Decls.newMapType(Decls.String, type(type.element()));
            case STRUCT -> Decls.newMapType(Decls.String, Decls.Dyn);
        };
    }
}
