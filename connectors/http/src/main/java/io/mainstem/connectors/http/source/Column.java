package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonPointer;
import io.mainstem.api.Field;
import io.mainstem.api.Type;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a field is declared: {@code int64 not null}, {@code string at /user/login}.
 *
 * @param type its type
 * @param nullable whether it may have no value
 * @param at where it stands in the record, if not under its name
 */
record Column(Type type, boolean nullable, Optional<JsonPointer> at) {

    private static final Pattern TEXT = Pattern.compile("(.+?)( +not +null)?( +at +(/\\S*))?");

    static Column parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a type such as 'int64 not null', not '" + text + "'");
        }
        return new Column(
                Type.parse(matcher.group(1)),
                matcher.group(2) == null,
                Optional.ofNullable(matcher.group(4)).map(JsonPointer::compile));
    }

    Field field(String name) {
        return nullable ? Field.nullable(name, type) : Field.required(name, type);
    }

    JsonPointer pointer(String name) {
        return at.orElseGet(() -> JsonPointer.empty().appendProperty(name));
    }
}
