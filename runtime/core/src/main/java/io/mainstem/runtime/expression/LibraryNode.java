package io.mainstem.runtime.expression;

import io.mainstem.api.Datum;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.projectnessie.cel.CEL;
import org.projectnessie.cel.Program;
import org.projectnessie.cel.common.types.Err;
import org.projectnessie.cel.common.types.NullT;
import org.projectnessie.cel.common.types.ref.Val;
import org.projectnessie.cel.interpreter.Activation;
import org.projectnessie.cel.interpreter.ResolvedValue;

/** A whole expression that the library evaluates: slower, and with all of the language. */
final class LibraryNode extends Node {

    private static final Pattern NO_KEY = Pattern.compile("no such key: '?(.*?)'?");

    private final Program program;
    private final Fields fields;

    LibraryNode(Sort sort, CelEnvironment.Checked checked, Fields fields) {
        super(sort, true);
        this.program = checked.env().program(CEL.checkedExprToAst(ExactTexts.in(checked.tree(), fields)));
        this.fields = fields;
    }

    @Override
    @Nullable
    Object object(Input in) {
        Names names = new Names(in);
        Val value;
        try {
            value = program.eval(names).getVal();
        } catch (EvaluationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failure(String.valueOf(e.getMessage()), names);
        }
        if (Err.isError(value)) {
            throw failure(String.valueOf(value.value()), names);
        }
        return plain(value);
    }

    /** What the library says, in words of its own, which speak of its functions and not of the record. */
    private static EvaluationException failure(String message, Names names) {
        String lastNull = names.lastNull;
        boolean isMismatch = message.contains("no such overload") || message.contains("NullT");
        if (lastNull != null && (isMismatch || message.startsWith("null is no "))) {
            return EvaluationException.isNull(lastNull);
        }
        Matcher missing = NO_KEY.matcher(message);
        if (missing.matches()) {
            return new EvaluationException("there is no '" + missing.group(1) + "' in " + names.lastMap
                    + ", or it is null; test it first, as in: '" + missing.group(1) + "' in " + names.lastMap
                    + " && ...");
        }
        return new EvaluationException(
                isMismatch ? "an operation does not go with its values: is one null, or of another type?" : message);
    }

    /** The values of the library as plain ones of Java. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof NullT) {
            return null;
        }
        if (value instanceof Val val) {
            return plain(val.value());
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        if (value instanceof Object[] array) {
            return list(Arrays.asList(array));
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            map.forEach((name, each) -> all.put(String.valueOf(plain(name)), plain(each)));
            return all;
        }
        return value instanceof List<?> list ? list(list) : value;
    }

    private static List<@Nullable Object> list(List<?> values) {
        List<@Nullable Object> all = new ArrayList<>(values.size());
        values.forEach(value -> all.add(plain(value)));
        return all;
    }

    private <T> T value(Input in, Class<T> of) {
        Object value = object(in);
        if (!of.isInstance(value)) {
            throw new EvaluationException(
                    value == null
                            ? "the expression gives null, where a value is needed"
                            : "the expression gives '" + value + "', where something else is needed");
        }
        return of.cast(value);
    }

    @Override
    boolean isNull(Input in) {
        return object(in) == null;
    }

    @Override
    boolean bool(Input in) {
        return value(in, Boolean.class);
    }

    @Override
    long integer(Input in) {
        return value(in, Long.class);
    }

    @Override
    double real(Input in) {
        return value(in, Number.class).doubleValue();
    }

    @Override
    String text(Input in) {
        return value(in, String.class);
    }

    @Override
    Instant moment(Input in) {
        return value(in, Instant.class);
    }

    /** Gives the library the values that it asks for, and no others. */
    private final class Names implements Activation {
        private final Input in;

        /** The field that was null when it was last asked for. */
        private @Nullable String lastNull;

        /** What was last asked for as a whole, to look for a name in it. */
        private String lastMap = "value";

        Names(Input in) {
            this.in = in;
        }

        @Override
        public ResolvedValue resolveName(String name) {
            return switch (name) {
                case "value" -> map(name, in.fields());
                case "key" -> map(name, key(in.message().key()));
                case "headers" -> map(name, in.headers());
                case "operation" -> resolved(in.operation());
                case "stream" -> resolved(in.stream());
                case "time" -> resolved(in.message().timestamp().orElse(null));
                default -> field(name);
            };
        }

        private ResolvedValue map(String name, @Nullable Object value) {
            lastMap = name;
            if (value == null) {
                lastNull = name;
            }
            return resolved(value);
        }

        private ResolvedValue field(String name) {
            if (ExactTexts.isText(name)) {
                return text(ExactTexts.field(name));
            }
            Node key = name.startsWith("key.") ? fields.named(name) : null;
            Node node = key != null ? key : fields.field(name);
            Object value = node == null ? null : node.object(in);
            if (node != null && value == null) {
                lastNull = name;
            }
            return node == null ? ResolvedValue.ABSENT : resolved(value);
        }

        private ResolvedValue text(String name) {
            FieldNode field = Objects.requireNonNull(fields.field(name));
            if (field.isNull(in)) {
                lastNull = name;
                return ResolvedValue.NULL_VALUE;
            }
            return resolved(field.exactText(in));
        }

        private @Nullable Object key(@Nullable Datum key) {
            return key instanceof Row row
                    ? CelValues.map(row)
                    : key == null ? null : CelValues.of(((Scalar) key).value());
        }

        private ResolvedValue resolved(@Nullable Object value) {
            return value == null ? ResolvedValue.NULL_VALUE : ResolvedValue.resolvedValue(value);
        }

        @Override
        @SuppressWarnings("NullAway") // the library's way to say that there is none
        public Activation parent() {
            return null;
        }
    }
}
