package io.mainstem.connectors.http.client;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests may be made within how long.
 *
 * @param requests how many
 * @param period within any time of this length
 */
record Rate(int requests, Duration period) {

    private static final int REQUESTS_MAX = 100_000;
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6}) */ *([0-9]{0,5}) *(s|m|h|d)");

    /** Reads {@code 10/s}, {@code 100/m}, {@code 50/30s}. */
    static Rate parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "must be requests per time, such as 10/s, 100/m or 50/30s, not '" + text + "'");
        }
        int requests = Integer.parseInt(matcher.group(1));
        long count = matcher.group(2).isEmpty() ? 1 : Long.parseLong(matcher.group(2));
        if (requests < 1 || requests > REQUESTS_MAX || count < 1) {
            throw new IllegalArgumentException("must allow 1 to " + REQUESTS_MAX + " requests, not '" + text + "'");
        }
        return new Rate(requests, unit(matcher.group(3)).multipliedBy(count));
    }

    /** As it is configured. */
    @Override
    public String toString() {
        long seconds = period.toSeconds();
        return requests + "/" + (seconds == 1 ? "" : seconds) + "s";
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
    }
}
