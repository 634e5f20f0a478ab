package io.mainstem.api;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them in YAML. */
final class Values {

    private static final Pattern NUMBER_UNIT = Pattern.compile("(\\d{1,15})\\s*([a-zA-Z]*)");

    private Values() {}

    static Duration duration(String text) {
        Matcher matcher = NUMBER_UNIT.matcher(text.strip());
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            switch (matcher.group(2)) {
                case "ms":
                    return Duration.ofMillis(number);
                case "s":
                    return Duration.ofSeconds(number);
                case "m":
                    return Duration.ofMinutes(number);
                case "h":
                    return Duration.ofHours(number);
                case "d":
                    return Duration.ofDays(number);
                default:
            }
        }
        throw new IllegalArgumentException("must be a time such as 500ms, 10s, 5m, 1h or 7d, not '" + text + "'");
    }

    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0 && seconds > 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0 && seconds > 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }

    static long size(String text) {
        Matcher matcher = NUMBER_UNIT.matcher(text.strip());
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "", "b":
                    return number;
                case "kib":
                    return Math.multiplyExact(number, 1L << 10);
                case "mib":
                    return Math.multiplyExact(number, 1L << 20);
                case "gib":
                    return Math.multiplyExact(number, 1L << 30);
                default:
            }
        }
        throw new IllegalArgumentException("must be a size such as 512, 64KiB, 1MiB or 2GiB, not '" + text + "'");
    }
}
