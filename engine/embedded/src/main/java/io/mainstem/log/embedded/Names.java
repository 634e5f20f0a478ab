package io.mainstem.log.embedded;

import java.util.regex.Pattern;

/** The rules for names. */
final class Names {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private Names() {}

    static String checkTopic(String name) {
        return check("topic", name);
    }

    static String checkGroup(String name) {
        return check("group", name);
    }

    private static String check(String what, String name) {
        if (!LEGAL.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("the " + what + " name '" + name
                    + "' is not allowed; use 1 to 249 of the characters A-Z a-z 0-9 . _ - but neither '.' nor '..'");
        }
        return name;
    }
}
