package io.mainstem.runtime.expression;

import io.mainstem.runtime.expression.ExpressionException.Mistake;
import java.util.ArrayList;
import java.util.List;
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

    private final CelMessages messages;
    private final List<Mistake> mistakes = new ArrayList<>();

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
        return check.mistakes.stream().distinct().toList();
    }

    @Override
    public void syntaxError(
            Recognizer<?, ?> recognizer,
            @Nullable Object symbol,
            int line,
            int column,
            String message,
            @Nullable RecognitionException cause) {
        mistakes.add(new Mistake(Math.max(1, line), column + 1, messages.forPeople("Syntax error: " + message)));
    }
}
