package io.mainstem.runtime.text;

import java.util.List;

/** Amounts as they are written in a pipeline's file: in the largest unit of which they are a whole number. */
public final class WholeUnits {

    private static final List<String> TIMES = List.of("d", "h", "m", "s");
    private static final long[] TIME_UNITS = {86_400_000, 3_600_000, 60_000, 1_000};
    private static final List<String> SIZES = List.of("GiB", "MiB", "KiB");
    private static final long[] SIZE_UNITS = {1L << 30, 1L << 20, 1L << 10};

    private WholeUnits() {}

    /** A time: {@code 7d}, {@code 90s}, {@code 1500ms}. */
    public static String time(long millis) {
        return whole(millis, TIMES, TIME_UNITS, "ms");
    }

    /** A size: {@code 1GiB}, {@code 1500B}. */
    public static String size(long bytes) {
        return whole(bytes, SIZES, SIZE_UNITS, "B");
    }

    private static String whole(long value, List<String> names, long[] units, String smallest) {
        for (int i = 0; i < units.length; i++) {
            if (value >= units[i] && value % units[i] == 0) {
                return value / units[i] + names.get(i);
            }
        }
        return value + smallest;
    }
}
