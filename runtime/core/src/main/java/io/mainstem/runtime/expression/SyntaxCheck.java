package io.mainstem.runtime.expression;

import io.mainstem.runtime.expression.ExpressionException.Mistake;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.projectnessie.cel.parser.gen.CELLexer;
import org.projectnessie.cel.parser.gen.CELParser;
import org.projectnessie.cel.shaded.org.antlr.v4.runtime.BaseErrorListener;
import org.projectnessie.cel.shaded.org.antlr.v4.runtime.CharStreams;
import org.projectnessie.cel.shaded.org.antlr.v4.runtime.CommonTokenStream;
import org.projectnessie.cel.shaded.org.antlr.v4.runtime.RecognitionException;
import org.projectnessie.cel.shaded.org.antlr.v4.runtime.Recognizer;

/**
 * Finds what is no expression of the language by its grammar, in front of the library's own parser: that one prints each such
 * mistake on the standard error, with no setting against it.
 */
final class SyntaxCheck extends BaseErrorListener {

    /** A field, by whatever it is named, with a letter that is none of ASCII. */
    private static final Pattern NAME = Pattern.compile(
            "(?:((?:value|key)(?:\\.\\w+)*)\\.)?(\\w*[\\p{L}\\p{N}&&[^\\p{ASCII}]][\\p{L}\\p{M}\\p{N}_]*)");

    private final CelMessages messages;
    private final List<Mistake> mistakes = new ArrayList<>();

    /** Whether the last one is known to be the reason for what comes behind it: a word of the language as the name of a field. */
    private boolean isClear;

    private SyntaxCheck(CelMessages messages) {
        this.messages = messages;
    }

    /** The mistakes, in order; none when the library's parser has nothing to print. */
    static List<Mistake> mistakes(String text, CelMessages messages) {
        SyntaxCheck check = new SyntaxCheck(messages);
        CELLexer lexer = new CELLexer(CharStreams.fromString(text));
        lexer.removeErrorListeners();
        lexer.addErrorListener(check);
        CELParser parser = new CELParser(new CommonTokenStream(lexer));
        parser.removeErrorListeners();
        parser.addErrorListener(check);
        parser.setBuildParseTree(false);
        parser.start();
        List<Mistake> names = check.unquoted(text);
        return names.isEmpty() ? check.mistakes.stream().distinct().toList() : names;
    }

    /** Names with letters that stand in quotes alone; what else the grammar says of them is of no use. */
    private List<Mistake> unquoted(String text) {
        List<Mistake> names = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        Matcher name = NAME.matcher("");
        for (int i = 0; i < lines.length; i++) {
            name.reset(lines[i]);
            while (name.find()) {
                Mistake here = new Mistake(
                        i + 1,
                        name.start(2) + 1,
                        "'" + name.group(2) + "' has letters that stand only in quotes; write " + row(name) + "[\""
                                + name.group(2) + "\"]");
                if (mistakes.stream().anyMatch(mistake -> isIn(mistake, here, name.end(2)))) {
                    names.add(here);
                }
            }
        }
        return names;
    }

    private static String row(Matcher name) {
        return name.group(1) == null ? "value" : name.group(1);
    }

    private static boolean isIn(Mistake mistake, Mistake name, int end) {
        return mistake.line() == name.line() && mistake.column() >= name.column() && mistake.column() <= end;
    }

    @Override
    public void syntaxError(
            Recognizer<?, ?> recognizer,
            @Nullable Object symbol,
            int line,
            int column,
            String message,
            @Nullable RecognitionException cause) {
        if (!isClear) {
            mistakes.add(new Mistake(Math.max(1, line), column + 1, messages.forPeople("Syntax error: " + message)));
        }
        isClear |= message.startsWith("missing IDENTIFIER at");
    }
}
