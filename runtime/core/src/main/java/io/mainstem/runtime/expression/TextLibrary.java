package io.mainstem.runtime.expression;

import com.google.api.expr.v1alpha1.Decl;
import com.google.api.expr.v1alpha1.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.projectnessie.cel.EnvOption;
import org.projectnessie.cel.Library;
import org.projectnessie.cel.ProgramOption;
import org.projectnessie.cel.checker.Decls;
import org.projectnessie.cel.common.types.BoolT;
import org.projectnessie.cel.common.types.Err;
import org.projectnessie.cel.common.types.IntT;
import org.projectnessie.cel.common.types.IteratorT;
import org.projectnessie.cel.common.types.ListT;
import org.projectnessie.cel.common.types.NullT;
import org.projectnessie.cel.common.types.StringT;
import org.projectnessie.cel.common.types.ref.Val;
import org.projectnessie.cel.common.types.traits.Lister;
import org.projectnessie.cel.interpreter.functions.BinaryOp;
import org.projectnessie.cel.interpreter.functions.FunctionOp;
import org.projectnessie.cel.interpreter.functions.Overload;
import org.projectnessie.cel.interpreter.functions.UnaryOp;

/**
 * The functions of text, and of a number's. They are our own, since the library's count units of UTF-16 where the language has code
 * points. Immutable.
 */
final class TextLibrary implements Library {

    private static final Type TEXTS = Decls.newListType(Decls.String);

    /** As the language has them, but that parts of a text are a list of texts, so that the type of each is known. */
    @Override
    public List<EnvOption> getCompileOptions() {
        return List.of(EnvOption.declarations(
                declared("lowerAscii", Decls.String, List.of(Decls.String)),
                declared("upperAscii", Decls.String, List.of(Decls.String)),
                declared("trim", Decls.String, List.of(Decls.String)),
                declared("charAt", Decls.String, List.of(Decls.String, Decls.Int)),
                declared("join", Decls.String, List.of(TEXTS), List.of(TEXTS, Decls.String)),
                declared(
                        "indexOf",
                        Decls.Int,
                        List.of(Decls.String, Decls.String),
                        List.of(Decls.String, Decls.String, Decls.Int)),
                declared(
                        "lastIndexOf",
                        Decls.Int,
                        List.of(Decls.String, Decls.String),
                        List.of(Decls.String, Decls.String, Decls.Int)),
                declared(
                        "substring",
                        Decls.String,
                        List.of(Decls.String, Decls.Int),
                        List.of(Decls.String, Decls.Int, Decls.Int)),
                declared(
                        "replace",
                        Decls.String,
                        List.of(Decls.String, Decls.String, Decls.String),
                        List.of(Decls.String, Decls.String, Decls.String, Decls.Int)),
                declared(
                        "split",
                        TEXTS,
                        List.of(Decls.String, Decls.String),
                        List.of(Decls.String, Decls.String, Decls.Int))));
    }

    /** Behind a value, with as many operands as there are ways to call it. */
    @SafeVarargs
    private static Decl declared(String name, Type result, List<Type>... ways) {
        List<Decl.FunctionDecl.Overload> overloads = new ArrayList<>();
        for (List<Type> operands : ways) {
            overloads.add(Decls.newInstanceOverload(name + "_of_" + operands.size(), operands, result));
        }
        return Decls.newFunction(name, overloads);
    }

    @Override
    public List<ProgramOption> getProgramOptions() {
        return List.of(ProgramOption.functions(
                one(ExactTexts.FUNCTION, TextLibrary::asText),
                one("lowerAscii", text -> text(CodePoints.lowerAscii(text(text)))),
                one("upperAscii", text -> text(CodePoints.upperAscii(text(text)))),
                one("trim", text -> text(CodePoints.trim(text(text)))),
                two("charAt", (text, index) -> text(CodePoints.charAt(text(text), number(index)))),
                function(
                        "join",
                        list -> text(String.join("", texts(list))),
                        (list, by) -> text(String.join(text(by), texts(list))),
                        null),
                function(
                        "indexOf",
                        null,
                        (text, part) -> IntT.intOf(CodePoints.indexOf(text(text), text(part), 0)),
                        all -> IntT.intOf(CodePoints.indexOf(text(all[0]), text(all[1]), number(all[2])))),
                function(
                        "lastIndexOf",
                        null,
                        (text, part) -> IntT.intOf(CodePoints.lastIndexOf(text(text), text(part))),
                        all -> IntT.intOf(CodePoints.lastIndexOf(text(all[0]), text(all[1]), number(all[2])))),
                function(
                        "substring",
                        null,
                        (text, from) -> text(CodePoints.substring(text(text), number(from))),
                        all -> text(CodePoints.substring(text(all[0]), number(all[1]), number(all[2])))),
                function(
                        "replace",
                        null,
                        null,
                        all -> text(CodePoints.replace(
                                text(all[0]), text(all[1]), text(all[2]), all.length < 4 ? -1 : number(all[3])))),
                function(
                        "split",
                        null,
                        (text, by) -> ListT.newStringArrayList(CodePoints.split(text(text), text(by), -1)),
                        all -> ListT.newStringArrayList(
                                CodePoints.split(text(all[0]), text(all[1]), number(all[2]))))));
    }

    private static Overload one(String name, OfOne function) {
        return function(name, function, null, null);
    }

    private static Overload two(String name, OfTwo function) {
        return function(name, null, function, null);
    }

    /** A function with as many operands as there are ways to call it. */
    @SuppressWarnings("NullAway") // the library's way to say that there is none
    private static Overload function(
            String name, @Nullable OfOne ofOne, @Nullable OfTwo ofTwo, @Nullable OfMany ofMany) {
        UnaryOp unary = ofOne == null ? null : value -> guarded(() -> ofOne.of(value));
        BinaryOp binary = ofTwo == null ? null : (left, right) -> guarded(() -> ofTwo.of(left, right));
        FunctionOp many = ofMany == null ? null : all -> guarded(() -> ofMany.of(all));
        return Overload.overload(name, null, unary, binary, many);
    }

    /** The language's way to say that there is no value. */
    private static Val guarded(Call call) {
        try {
            return call.value();
        } catch (IndexOutOfBoundsException | EvaluationException e) {
            return Err.newErr(e, "%s", e.getMessage());
        }
    }

    private static Val text(String text) {
        return StringT.stringOf(text);
    }

    private static String text(Val value) {
        if (value.value() instanceof String text) {
            return text;
        }
        throw new EvaluationException(shown(value) + " is no text");
    }

    private static List<String> texts(Val value) {
        if (!(value instanceof Lister list)) {
            throw new EvaluationException(shown(value) + " is no list");
        }
        List<String> texts = new ArrayList<>();
        for (IteratorT all = list.iterator(); all.hasNext() == BoolT.True; ) {
            texts.add(text(all.next()));
        }
        return texts;
    }

    private static long number(Val value) {
        if (value.value() instanceof Long number) {
            return number;
        }
        throw new EvaluationException(shown(value) + " is no whole number");
    }

    private static Val asText(Val value) {
        if (value instanceof NullT) {
            throw new EvaluationException("null is no text");
        }
        return value.value() instanceof Double number
                ? text(Strings.plain(number))
                : value.convertToType(StringT.StringType);
    }

    private static String shown(Val value) {
        return value instanceof NullT ? "null" : "'" + value.value() + "'";
    }

    private interface Call {
        Val value();
    }

    private interface OfOne {
        Val of(Val value);
    }

    private interface OfTwo {
        Val of(Val left, Val right);
    }

    private interface OfMany {
        Val of(Val... all);
    }
}
