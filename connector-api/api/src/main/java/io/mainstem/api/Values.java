package io.mainstem.api;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them in YAML. */
final class Values {

    private static final Pattern NUMBER_UNIT = Pattern.compile("(\\d{1,15})\\s*([a-zA-Z]*)");

    /** No time is longer, and its milliseconds are a number. */
    private static final long DAYS_MAX = 100_000_000_000L;

    private Values() {}

    static Duration duration(String text) {
        Matcher matcher = NUMBER_UNIT.matcher(text.strip());
        if (!matcher.matches()) {
            throw notATime(text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(Math.min(number, DAYS_MAX));
            default -> throw notATime(text);
        };
    }

    private static IllegalArgumentException notATime(String text) {
        return new IllegalArgumentException("must be a time such as 500ms, 10s, 5m, 1h or 7d, not '" + text + "'");
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
        if (!matcher.matches()) {
            throw notASize(text);
        }
        long number = Long.parseLong(matcher.group(1));
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 0;
            case "kib" -> 10;
            case "mib" -> 20;
            case "gib" -> 30;
            case "tib" -> 40;
            default -> throw notASize(text);
        };
        if (number > Long.MAX_VALUE >> shift) {
            throw notASize(text);
        }
        return number << shift;
    }

    /** A size in the largest unit that says it exactly. */
    static String sizeText(long bytes) {
        String[] units = {"", "KiB", "MiB", "GiB", "TiB"};
        long number = bytes;
        int unit = 0;
        while (number != 0 && number % 1024 == 0 && unit < units.length - 1) {
            number /= 1024;
            unit++;
        }
        return number + units[unit];
    }

    private static IllegalArgumentException notASize(String text) {
        return new IllegalArgumentException("must be a size such as 512, 64KiB, 1MiB or 2GiB, not '" + text + "'");
    }
}
