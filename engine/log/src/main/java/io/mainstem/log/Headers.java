package io.mainstem.log;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The headers of a record: an ordered list of names with values. Immutable and thread-safe; share one instance between
 * records that carry the same headers, an append then encodes nothing.
 */
public final class Headers {

    /** No headers. */
    public static final Headers EMPTY = new Headers(List.of());

    private final List<Header> list;

    private Headers(List<Header> list) {
        this.list = list;
    }

    /** Headers in the order given; names may repeat. */
    public static Headers of(List<Header> headers) {
        return headers.isEmpty() ? EMPTY : new Headers(List.copyOf(headers));
    }

    /** One header. */
    public static Headers of(String name, byte[] value) {
        return new Headers(List.of(new Header(name, value)));
    }

    /** These headers, then one more. */
    public Headers with(String name, byte[] value) {
        Header[] all = Arrays.copyOf(list.toArray(new Header[0]), list.size() + 1);
        all[list.size()] = new Header(name, value);
        return new Headers(List.of(all));
    }

    /** All of them, in order. */
    public List<Header> list() {
        return list;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** The value of the last header of that name; it must not be changed. */
    public Optional<byte[]> last(String name) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (list.get(i).name().equals(name)) {
                return Optional.of(list.get(i).value());
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && list.equals(that.list);
    }

    @Override
    public int hashCode() {
        return list.hashCode();
    }

    @Override
    public String toString() {
        return list.toString();
    }

    /**
     * One header.
     *
     * @param name its name
     * @param value its value, which nobody may change
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
}
