package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.Type.PrimitiveType;
import com.google.api.expr.v1alpha1.Type.WellKnownType;
import io.mainstem.api.Type;
import java.util.Optional;

/**
 * Checks expressions in one scope and makes them ready. Not thread-safe. The library is loaded when the first one is made, which
 * takes some tenths of a second.
 */
public final class Expressions {

    private final Fields fields;
    private final CelEnvironment environment;
    private final String stream;

    private Expressions(Scope scope, String stream) {
        this.fields = new Fields(scope);
        this.environment = new CelEnvironment(fields);
        this.stream = stream;
    }

    /**
     * For a scope.
     *
     * @param stream what the variable {@code stream} stands for
     */
    public static Expressions in(Scope scope, String stream) {
        return new Expressions(scope, stream);
    }

    /**
     * An expression.
     *
     * @throws ExpressionException with everything that is wrong with it
     */
    public Expression compile(String text) throws ExpressionException {
        return compile(text, true);
    }

    /** The same, by the library alone unless our own nodes are wanted: so that tests can compare the two. */
    Expression compile(String text, boolean own) throws ExpressionException {
        CelEnvironment.Checked checked = environment.check(text);
        boolean usesValue = new TreeChecks(checked.tree(), fields).run();
        com.google.api.expr.v1alpha1.Type result = checked.ast().getResultType();
        Node node = own ? new NodeCompiler(fields).compile(checked.tree().getExpr()) : null;
        Optional<Type> type = type(result);
        if (node == null) {
            node = new LibraryNode(type.map(CelValues::sort).orElse(Sort.OTHER), checked, fields);
        }
        FieldNode field = own ? fields.field(text.strip()) : null;
        return field == null
                ? new Expression(text, node, type, usesValue, stream)
                : new Expression(text, node, field, usesValue, stream);
    }

    private static Optional<Type> type(com.google.api.expr.v1alpha1.Type type) {
        return switch (type.getTypeKindCase()) {
            case PRIMITIVE -> primitive(type.getPrimitive());
            case WRAPPER -> primitive(type.getWrapper());
            case WELL_KNOWN ->
                type.getWellKnown() == WellKnownType.TIMESTAMP ? Optional.of(Type.TIMESTAMPTZ) : Optional.empty();
            case LIST_TYPE ->
                Optional.of(
                        type(type.getListType().getElemType()).map(Type::array).orElse(Type.JSON));
            case MAP_TYPE -> Optional.of(Type.JSON);
            default -> Optional.empty();
        };
    }

    private static Optional<Type> primitive(PrimitiveType type) {
        return switch (type) {
            case BOOL -> Optional.of(Type.BOOLEAN);
            case INT64 -> Optional.of(Type.INT64);
            case DOUBLE -> Optional.of(Type.FLOAT64);
            case STRING -> Optional.of(Type.STRING);
            case BYTES -> Optional.of(Type.BYTES);
            default -> Optional.empty();
        };
    }
}
