package io.mainstem.server.rest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All routes, found by method and path. Immutable. */
public final class Routes {

    private final List<Route> all;

    /**
     * These routes.
     *
     * @throws IllegalArgumentException when two have the same method and path or the same name, or one has a parameter in its
     *     path that is not documented
     */
    public Routes(List<Route> all) {
        this.all = List.copyOf(all);
        Set<String> seen = new HashSet<>();
        for (Route route : this.all) {
            if (!seen.add(route.method() + " " + pattern(route)) || !seen.add(route.operation())) {
                throw new IllegalArgumentException("there are two routes like " + route.operation());
            }
            Set<String> documented =
                    route.pathParameters().stream().map(Route.Parameter::name).collect(Collectors.toSet());
            if (!documented.equals(new HashSet<>(parameters(route)))) {
                throw new IllegalArgumentException(
                        "the parameters of " + route.path() + " are not those that are documented");
            }
        }
    }

    private static String pattern(Route route) {
        return route.segments().stream()
                .map(segment -> isParameter(segment) ? "{}" : segment)
                .collect(Collectors.joining("/"));
    }

    private static List<String> parameters(Route route) {
        return route.segments().stream()
                .filter(Routes::isParameter)
                .map(Routes::name)
                .toList();
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    private static String name(String segment) {
        return segment.substring(1, segment.length() - 1);
    }

    /** All of them, in the order in which they were given. */
    public List<Route> all() {
        return all;
    }

    /**
     * A route that a request means.
     *
     * @param route which
     * @param parameters those in its path
     */
    record Match(Route route, Map<String, String> parameters) {}

    /**
     * Finds the route.
     *
     * @throws Problem when there is none at this path, or none of this method
     */
    Match find(String method, List<String> segments) {
        List<Route> here = new ArrayList<>();
        for (Route route : all) {
            if (fits(route.segments(), segments)) {
                here.add(route);
            }
        }
        if (here.isEmpty()) {
            throw Problem.notFound("there is nothing at this path", "GET /openapi.json lists all there is");
        }
        return here.stream()
                .filter(route -> route.method().name().equals(method))
                .findFirst()
                .map(route -> new Match(route, values(route.segments(), segments)))
                .orElseThrow(() -> new Problem(
                        405,
                        "method-not-allowed",
                        "this path does not know the method",
                        "use "
                                + here.stream()
                                        .map(route -> route.method().name())
                                        .collect(Collectors.joining(" or "))));
    }

    private static boolean fits(List<String> template, List<String> segments) {
        if (template.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < template.size(); i++) {
            if (!isParameter(template.get(i)) && !template.get(i).equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, String> values(List<String> template, List<String> segments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < template.size(); i++) {
            if (isParameter(template.get(i))) {
                values.put(name(template.get(i)), segments.get(i));
            }
        }
        return values;
    }
}
