package io.mainstem.runtime.delivery;

import java.util.Locale;
import java.util.regex.Pattern;

/** How backfills are called: as their sink, with a number of what they are to do. So their groups and letters are known by it. */
public final class BackfillName {

    private static final Pattern ENDING = Pattern.compile("-backfill-[0-9a-f]{8}$");

    private BackfillName() {}

    /** What a backfill of a sink is called; the same for the same digest of what it is to do. */
    public static String of(String sink, long digest) {
        return sink + String.format(Locale.ROOT, "-backfill-%08x", digest);
    }

    /**
     * Whether a sink or a group is one of a backfill. It ends where the span does, so that how far it is from the end of its topics
     * says nothing.
     */
    public static boolean isOne(String name) {
        return ENDING.matcher(name).find();
    }
}
