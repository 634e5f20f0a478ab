package io.mainstem.cli;

import io.mainstem.server.rest.Call;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;

/** How many of a list are answered at most; whoever wants more asks again. */
final class ListLimit {

    /** The most that can be asked for. */
    static final int MOST = 1_000;

    private static final int DEFAULT = 100;
    private static final String NAME = "max";

    private ListLimit() {}

    /** The route with the parameter that says how many. */
    static Route on(Route route) {
        return route.query(NAME, "At most so many, 1 to " + MOST + "; " + DEFAULT + " by default.");
    }

    static int of(Call call) {
        String text = call.query(NAME).orElse(Integer.toString(DEFAULT));
        if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MOST) {
            throw Problem.badRequest("'max' is '" + text + "'", "send a number from 1 to " + MOST);
        }
        return Integer.parseInt(text);
    }
}
