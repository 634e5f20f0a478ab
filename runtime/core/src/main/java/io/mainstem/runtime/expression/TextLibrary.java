package io.mainstem.runtime.expression;

import java.util.List;
import java.util.stream.Stream;
import org.projectnessie.cel.EnvOption;
import org.projectnessie.cel.Library;
import org.projectnessie.cel.ProgramOption;
import org.projectnessie.cel.common.types.Err;
import org.projectnessie.cel.common.types.IntT;
import org.projectnessie.cel.common.types.ListT;
import org.projectnessie.cel.common.types.StringT;
import org.projectnessie.cel.common.types.ref.Val;
import org.projectnessie.cel.extension.StringsLib;
import org.projectnessie.cel.interpreter.functions.Overload;

/**
 * The functions of text of the library, but that those which count characters do so by code points: the library's own count units of
 * UTF-16. A function is looked for by the name of its overload first, which the library gives to none. Immutable.
 */
final class TextLibrary implements Library {

    private final StringsLib library = new StringsLib();

    @Override
    public List<EnvOption> getCompileOptions() {
        return library.getCompileOptions();
    }

    @Override
    public List<ProgramOption> getProgramOptions() {
        return Stream.concat(library.getProgramOptions().stream(), Stream.of(ProgramOption.functions(overloads())))
                .toList();
    }

    private static Overload[] overloads() {
        return new Overload[] {
            two("string_char_at_int", (text, index) -> text(CodePoints.charAt(text(text), number(index)))),
            two("string_index_of_string", (text, part) -> IntT.intOf(CodePoints.indexOf(text(text), text(part), 0))),
            many(
                    "string_index_of_string_int",
                    all -> IntT.intOf(CodePoints.indexOf(text(all[0]), text(all[1]), number(all[2])))),
            two(
                    "string_last_index_of_string",
                    (text, part) -> IntT.intOf(CodePoints.lastIndexOf(text(text), text(part)))),
            many(
                    "string_last_index_of_string_int",
                    all -> IntT.intOf(CodePoints.lastIndexOf(text(all[0]), text(all[1]), number(all[2])))),
            two("string_substring_int", (text, from) -> text(CodePoints.substring(text(text), number(from)))),
            many(
                    "string_substring_int_int",
                    all -> text(CodePoints.substring(text(all[0]), number(all[1]), number(all[2])))),
            many(
                    "string_replace_string_string",
                    all -> text(CodePoints.replace(text(all[0]), text(all[1]), text(all[2]), -1))),
            many(
                    "string_replace_string_string_int",
                    all -> text(CodePoints.replace(text(all[0]), text(all[1]), text(all[2]), number(all[3])))),
            two(
                    "string_split_string",
                    (text, by) -> ListT.newStringArrayList(CodePoints.split(text(text), text(by), -1))),
            many(
                    "string_split_string_int",
                    all -> ListT.newStringArrayList(CodePoints.split(text(all[0]), text(all[1]), number(all[2]))))
        };
    }

    private static Overload two(String name, OfTwo function) {
        return Overload.binary(name, (left, right) -> guarded(() -> function.of(left, right)));
    }

    private static Overload many(String name, OfMany function) {
        return Overload.function(name, all -> guarded(() -> function.of(all)));
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
        throw new EvaluationException("'" + value.value() + "' is no text");
    }

    private static long number(Val value) {
        if (value.value() instanceof Long number) {
            return number;
        }
        throw new EvaluationException("'" + value.value() + "' is no whole number");
    }

    private interface Call {
        Val value();
    }

    private interface OfTwo {
        Val of(Val left, Val right);
    }

    private interface OfMany {
        Val of(Val... all);
    }
}
