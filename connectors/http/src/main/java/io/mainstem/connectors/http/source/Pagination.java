package io.mainstem.connectors.http.source;

import io.mainstem.api.Option;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.source.SourceOptions.Paginate;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A state machine whose state names a page: the empty map is the first one, {@code {cursor: abc}} another. The state is what is
 * stored as the position; nothing else is remembered between pages. Immutable.
 */
final class Pagination {

    private static final String URL = "url";

    private final Paginate kind;
    private final StreamSettings settings;

    Pagination(StreamSettings settings) {
        this.settings = settings;
        this.kind = settings.get(SourceOptions.PAGINATE);
    }

    /** The name under which the state is known in a request, unless it is a whole URL. */
    static Optional<String> variable(Paginate kind) {
        return switch (kind) {
            case NONE, LINK, NEXT_URL -> Optional.empty();
            case PAGE -> Optional.of("page");
            case OFFSET -> Optional.of("offset");
            case CURSOR, KEYSET -> Optional.of("cursor");
        };
    }

    /** The options that say where in the body of an answer something about the pages stands. */
    List<Option<String>> placesInBody() {
        return Stream.of(SourceOptions.NEXT_AT, SourceOptions.MORE_AT, SourceOptions.TOTAL_AT)
                .filter(option -> option != SourceOptions.NEXT_AT || kind != Paginate.KEYSET)
                .toList();
    }

    /** Where to look in the body of an answer. */
    List<String> pointers() {
        return Stream.concat(placesInBody().stream(), Stream.of(SourceOptions.ERROR_AT))
                .flatMap(option -> settings.find(option).stream())
                .toList();
    }

    /** The field of a record whose value names the page behind it. */
    Optional<String> keysetField() {
        return kind == Paginate.KEYSET ? settings.find(SourceOptions.NEXT_AT) : Optional.empty();
    }

    boolean usesLink() {
        return kind == Paginate.LINK;
    }

    /** The URL of a page that is named by one. */
    Optional<String> url(Map<String, Object> page) {
        return Optional.ofNullable(page.get(URL)).map(Object::toString);
    }

    /** The value of the page for the request. */
    Optional<String> value(Map<String, Object> page) {
        return variable(kind).flatMap(name -> switch (kind) {
            case PAGE -> Optional.of(Long.toString(number(page, "page", settings.get(SourceOptions.FIRST_PAGE))));
            case OFFSET -> Optional.of(Long.toString(number(page, "offset", 0)));
            default -> Optional.ofNullable(page.get(name)).map(Object::toString);
        });
    }

    /**
     * The page after this one, unless it is the last.
     *
     * @throws RetryException when there is none, and the answer says that there are more
     * @throws StopException when the answer counts by what is no number
     */
    Optional<Map<String, Object>> next(Map<String, Object> page, PageFacts facts) {
        More more = more(page, facts);
        if (more == More.NO) {
            return Optional.empty();
        }
        boolean isShort = facts.records() == 0 || more == More.UNKNOWN && isShort(facts);
        Optional<Map<String, Object>> next = switch (kind) {
            case NONE -> Optional.empty();
            case LINK, NEXT_URL, CURSOR -> named(facts);
            case KEYSET, PAGE, OFFSET -> isShort ? Optional.empty() : Optional.of(behind(page, facts));
        };
        if (next.isEmpty() && more == More.YES && settings.get(SourceOptions.AT_END) == SourceOptions.AtEnd.RESTART) {
            throw broken(page, facts);
        }
        return next;
    }

    /** What an answer says of pages behind it. */
    private enum More {
        YES,
        NO,
        UNKNOWN
    }

    private More more(Map<String, Object> page, PageFacts facts) {
        Optional<String> more = settings.find(SourceOptions.MORE_AT).flatMap(facts::at);
        if (more.isPresent()) {
            return more.get().equals("false") || more.get().equals("0") ? More.NO : More.YES;
        }
        return total(facts)
                .map(total -> soFar(page, facts) < total ? More.YES : More.NO)
                .orElse(More.UNKNOWN);
    }

    /** How many pages were read with this one, or records. */
    private long soFar(Map<String, Object> page, PageFacts facts) {
        return kind == Paginate.PAGE
                ? number(page, "page", settings.get(SourceOptions.FIRST_PAGE))
                        + 1
                        - settings.get(SourceOptions.FIRST_PAGE)
                : number(page, "offset", 0) + facts.records();
    }

    /** To end here would be to miss what is said to be there. */
    private RetryException broken(Map<String, Object> page, PageFacts facts) {
        String unit = kind == Paginate.PAGE ? " pages" : " records";
        String says = total(facts)
                .filter(total ->
                        settings.find(SourceOptions.MORE_AT).flatMap(facts::at).isEmpty())
                .map(total ->
                        soFar(page, facts) + unit + " were read, and 'total-at' says that there are " + total + unit)
                .orElseGet(() -> "'more-at' says that there is another page");
        return new RetryException(
                facts.page() + " with " + facts.records() + " records and names no other page, but " + says
                        + "; it is read again (leave that option out if the server does not mean it)",
                new IOException("the pages end too soon"));
    }

    private Optional<Map<String, Object>> named(PageFacts facts) {
        return switch (kind) {
            case LINK -> facts.link().map(url -> Map.of(URL, url));
            case NEXT_URL -> facts.at(settings.get(SourceOptions.NEXT_AT)).map(url -> Map.of(URL, url));
            default -> cursor(facts).map(cursor -> Map.of("cursor", cursor));
        };
    }

    private Map<String, Object> behind(Map<String, Object> page, PageFacts facts) {
        return switch (kind) {
            case KEYSET -> Map.of("cursor", facts.last().orElseThrow());
            case PAGE -> Map.of("page", number(page, "page", settings.get(SourceOptions.FIRST_PAGE)) + 1);
            default -> Map.of("offset", number(page, "offset", 0) + facts.records());
        };
    }

    /** Whether the body of an answer has nothing at all where the next page should be named. */
    boolean lacksName(PageFacts facts) {
        boolean inBody = kind == Paginate.NEXT_URL
                || kind == Paginate.CURSOR
                        && settings.find(SourceOptions.NEXT_HEADER).isEmpty();
        boolean isFull = settings.find(SourceOptions.PAGE_SIZE)
                .map(size -> facts.records() >= size)
                .orElse(facts.records() > 0);
        return inBody
                && isFull
                && settings.find(SourceOptions.MORE_AT).flatMap(facts::at).isEmpty()
                && !facts.values().containsKey(settings.get(SourceOptions.NEXT_AT));
    }

    /** Where a feed that only grows is to be read on, once its present end is reached. */
    Map<String, Object> resume(Map<String, Object> page, PageFacts facts) {
        Optional<Map<String, Object>> next = switch (kind) {
            case LINK, NEXT_URL, CURSOR -> named(facts);
            case KEYSET -> facts.last().map(key -> Map.of("cursor", key));
            case OFFSET -> Optional.of(behind(page, facts));
            case NONE, PAGE -> Optional.empty();
        };
        return next.orElse(page);
    }

    private boolean isShort(PageFacts facts) {
        return settings.get(SourceOptions.SHORT_PAGE_ENDS)
                && settings.find(SourceOptions.PAGE_SIZE)
                        .filter(size -> facts.records() < size)
                        .isPresent();
    }

    private Optional<String> cursor(PageFacts facts) {
        return settings.find(SourceOptions.NEXT_HEADER).isPresent()
                ? facts.header()
                : facts.at(settings.get(SourceOptions.NEXT_AT));
    }

    /** What is said to be there in all; a negative number says that nobody knows. */
    private Optional<Long> total(PageFacts facts) {
        if (kind != Paginate.PAGE && kind != Paginate.OFFSET) {
            return Optional.empty();
        }
        return settings.find(SourceOptions.TOTAL_AT)
                .flatMap(facts::at)
                .map(text -> number(text, facts))
                .filter(total -> total >= 0);
    }

    private static long number(String text, PageFacts facts) {
        try {
            return new BigDecimal(text.strip()).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new StopException(
                    "http.page",
                    facts.page() + ": the total is '" + text + "', which is no number",
                    "Let 'total-at' point at a number.",
                    e);
        }
    }

    private static long number(Map<String, Object> page, String name, long first) {
        return page.get(name) instanceof Number number ? number.longValue() : first;
    }

    /** The target of {@code rel="next"} in {@code Link} headers (RFC 8288). */
    static Optional<String> nextLink(List<String> headers) {
        for (String header : headers) {
            for (String link : links(header)) {
                int end = link.indexOf('>');
                if (link.startsWith("<") && end > 0 && isNext(link.substring(end + 1))) {
                    return Optional.of(link.substring(1, end).strip());
                }
            }
        }
        return Optional.empty();
    }

    /** Splits at commas that are neither in a target nor in quotes. */
    private static List<String> links(String header) {
        List<String> links = new ArrayList<>();
        boolean inTarget = false;
        boolean inQuotes = false;
        int begin = 0;
        for (int i = 0; i < header.length(); i++) {
            char c = header.charAt(i);
            if (c == '"' && !inTarget) {
                inQuotes = !inQuotes;
            } else if (!inQuotes && (c == '<' || c == '>')) {
                inTarget = c == '<';
            } else if (c == ',' && !inTarget && !inQuotes) {
                links.add(header.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        links.add(header.substring(begin).strip());
        return links;
    }

    private static boolean isNext(String parameters) {
        for (String parameter : parameters.split(";")) {
            String[] pair = parameter.strip().split("\\s*=\\s*", 2);
            if (pair.length == 2 && pair[0].equalsIgnoreCase("rel")) {
                String relations = pair[1].replace("\"", "");
                return Stream.of(relations.split("\\s+")).anyMatch(relation -> relation.equalsIgnoreCase("next"));
            }
        }
        return false;
    }
}
