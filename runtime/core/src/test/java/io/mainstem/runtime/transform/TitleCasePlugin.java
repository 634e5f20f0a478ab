package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Factory;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Plugin;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import io.mainstem.api.TransformFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A plugin with one step, as somebody else would write it: it makes the first letter of a text a capital. */
public final class TitleCasePlugin implements Plugin {

    private static final Option<String> FIELD =
            Option.text("field").doc("The field with the text.").example("name").required();

    @Override
    public List<Factory<?>> factories() {
        return List.of(new TitleCase());
    }

    /** Makes the step. */
    static final class TitleCase implements TransformFactory {

        @Override
        public String name() {
            return "title-case";
        }

        @Override
        public String summary() {
            return "Makes the first letter of a text a capital.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of(FIELD);
        }

        @Override
        public Transform create(Config config, Context context) {
            String field = config.get(FIELD);
            return new Transform() {
                @Override
                public List<StreamSchema> output(StreamSchema in) {
                    if (in.schema().indexOf(field) < 0) {
                        throw new IllegalArgumentException("there is no field '" + field + "'");
                    }
                    return List.of(in);
                }

                @Override
                public void apply(Message in, Consumer<Message> out) {
                    out.accept(in.value() instanceof Row row ? in.withValue(capital(row, field)) : in);
                }
            };
        }

        private static Row capital(Row row, String field) {
            int index = row.schema().indexOf(field);
            if (row.isNull(index) || row.stringAt(index).isEmpty()) {
                return row;
            }
            Row.Builder made = Row.builder(row.schema());
            for (int i = 0; i < row.schema().size(); i++) {
                made.copy(i, row, i);
            }
            String text = row.stringAt(index);
            return made.setString(index, text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1))
                    .build();
        }
    }
}
