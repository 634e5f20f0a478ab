package io.mainstem.runtime.transform;

import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.codec.ScalarText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Hides values of fields, in the key, too: by a mask, or by a hash that is the same for equal values. */
final class HideStep extends RowStep {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SALT_MIN = 8;

    private static final Option<List<String>> FIELDS = Option.list("fields", Option.text("field"))
            .doc("The fields to hide.")
            .example("[email]")
            .required();
    private static final Option<Long> KEEP = Option.integer("keep", 0, 1_000)
            .doc("So many characters at the end stay; of a text that is no longer, none does.")
            .example("4")
            .defaultValue(0L);
    private static final Option<String> WITH = Option.text("with")
            .doc("What stands in the place of each hidden character.")
            .example("*")
            .defaultValue("*");
    private static final Option<String> SALT = Option.parsed("salt", HideStep::salt)
            .doc(
                    "What is hashed with each value, so that nobody finds values by hashing all there may be: 8 characters or more.")
            .example("${env:HASH_SALT}")
            .secret()
            .required();
    static final StepFactory MASK = new StepFactory(
            "mask",
            "Hides the characters of texts, but for the last few.",
            ConfigSpec.of(FIELDS, KEEP, WITH),
            (config, context) ->
                    new HideStep(config.get(FIELDS), true, mask(config.get(KEEP).intValue(), config.get(WITH))));
    static final StepFactory HASH = new StepFactory(
            "hash",
            "Puts a keyed hash (HMAC-SHA-256 in hex) in the place of values; equal values stay equal.",
            ConfigSpec.of(FIELDS, SALT),
            (config, context) -> new HideStep(config.get(FIELDS), false, hash(config.get(SALT))));

    private final List<String> names;
    private final boolean textOnly;
    private final UnaryOperator<String> hide;

    private HideStep(List<String> names, boolean textOnly, UnaryOperator<String> hide) {
        this.names = names;
        this.textOnly = textOnly;
        this.hide = hide;
    }

    private static String salt(String text) {
        if (text.length() < SALT_MIN) {
            throw new IllegalArgumentException("must have " + SALT_MIN + " characters or more");
        }
        return text;
    }

    private static UnaryOperator<String> mask(int keep, String with) {
        return text -> {
            int length = text.codePointCount(0, text.length());
            int kept = length > keep ? keep : 0;
            int from = text.offsetByCodePoints(text.length(), -kept);
            return with.repeat(length - kept) + text.substring(from);
        };
    }

    private static UnaryOperator<String> hash(String salt) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            HexFormat hex = HexFormat.of();
            return text -> hex.formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    @Override
    RowPlan rows(KnownStream known) throws StepException {
        Mistakes mistakes = new Mistakes();
        for (int i = 0; i < names.size(); i++) {
            int number = i;
            mistakes.in(() -> check(FIELDS.name() + "." + number, names.get(number), known));
        }
        mistakes.throwAny();
        return hidden(known.schema());
    }

    private void check(String path, String name, KnownStream known) throws StepException {
        known.index(path, name);
        Type type = known.type(name);
        if (textOnly && type.kind() != Type.Kind.STRING) {
            throw StepException.at(
                    path, "the field '" + name + "' is a " + type + ", and only text can be masked; cast it first");
        }
    }

    @Override
    Set<String> makes() {
        return Set.copyOf(names);
    }

    @Override
    RowPlan keys(Schema key) {
        return hidden(key);
    }

    private RowPlan hidden(Schema schema) {
        RowPlan.Making making = RowPlan.making();
        for (int i = 0; i < schema.size(); i++) {
            Field field = schema.field(i);
            if (names.contains(field.name())) {
                Field text = field.isNullable()
                        ? Field.nullable(field.name(), Type.STRING)
                        : Field.required(field.name(), Type.STRING);
                making.add(text.withDoc(field.doc()), filler(field.type(), i));
            } else {
                making.keep(schema, i);
            }
        }
        return making.done(schema.name());
    }

    private RowPlan.Filler filler(Type type, int from) {
        return (message, row, to, index) -> {
            if (row.isNull(from)) {
                to.setNull(index);
            } else {
                to.setString(index, hide.apply(text(type, row, from)));
            }
        };
    }

    private static String text(Type type, Row row, int from) {
        return type.isText() ? row.stringAt(from) : ScalarText.of(type, Objects.requireNonNull(row.at(from)));
    }
}
