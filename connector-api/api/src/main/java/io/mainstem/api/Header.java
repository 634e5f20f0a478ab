package io.mainstem.api;

import java.util.Arrays;

/**
 * A header of a message: a name with bytes.
 *
 * @param name the name; those of Mainstem's own begin with {@code mainstem.}
 * @param value the value, which nobody may change
 */
@SuppressWarnings("ArrayRecordComponent")
public record Header(String name, byte[] value) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Header that && name.equals(that.name) && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return name + "(" + value.length + " bytes)";
    }
}
