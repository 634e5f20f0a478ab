package io.mainstem.connectors.http.source;

import io.mainstem.connectors.http.source.SourceOptions.Paginate;
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

    /** Where to look in the body of an answer. */
    List<String> pointers() {
        return Stream.of(SourceOptions.NEXT_AT, SourceOptions.MORE_AT, SourceOptions.TOTAL_AT, SourceOptions.ERROR_AT)
                .filter(option -> option != SourceOptions.NEXT_AT || kind != Paginate.KEYSET)
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

    /** The page after this one, unless it is the last. */
    Optional<Map<String, Object>> next(Map<String, Object> page, PageFacts facts) {
        if (saysNoMore(facts)) {
            return Optional.empty();
        }
        return switch (kind) {
            case NONE -> Optional.empty();
            case LINK -> facts.link().map(url -> Map.of(URL, url));
            case NEXT_URL -> facts.at(settings.get(SourceOptions.NEXT_AT)).map(url -> Map.of(URL, url));
            case CURSOR -> cursor(facts).map(cursor -> Map.of("cursor", cursor));
            case KEYSET -> isLast(facts) ? Optional.empty() : facts.last().map(key -> Map.of("cursor", key));
            case PAGE -> page(number(page, "page", settings.get(SourceOptions.FIRST_PAGE)) + 1, facts);
            case OFFSET -> offset(number(page, "offset", 0) + facts.records(), facts);
        };
    }

    /** Where a feed that only grows is to be read on, once its present end is reached. */
    Map<String, Object> resume(Map<String, Object> page, PageFacts facts) {
        Optional<Map<String, Object>> next = switch (kind) {
            case LINK -> facts.link().map(url -> Map.of(URL, url));
            case NEXT_URL -> facts.at(settings.get(SourceOptions.NEXT_AT)).map(url -> Map.of(URL, url));
            case CURSOR -> cursor(facts).map(cursor -> Map.of("cursor", cursor));
            case KEYSET -> facts.last().map(key -> Map.of("cursor", key));
            case OFFSET -> Optional.of(Map.of("offset", number(page, "offset", 0) + facts.records()));
            case NONE, PAGE -> Optional.empty();
        };
        return next.orElse(page);
    }

    private boolean saysNoMore(PageFacts facts) {
        return settings.find(SourceOptions.MORE_AT)
                .flatMap(facts::at)
                .filter(more -> more.equals("false") || more.equals("0"))
                .isPresent();
    }

    private boolean isLast(PageFacts facts) {
        return facts.records() == 0
                || settings.get(SourceOptions.SHORT_PAGE_ENDS)
                        && settings.find(SourceOptions.PAGE_SIZE)
                                .filter(size -> facts.records() < size)
                                .isPresent();
    }

    private Optional<String> cursor(PageFacts facts) {
        return settings.find(SourceOptions.NEXT_HEADER).isPresent()
                ? facts.header()
                : facts.at(settings.get(SourceOptions.NEXT_AT));
    }

    private Optional<Map<String, Object>> page(long next, PageFacts facts) {
        long read = next - settings.get(SourceOptions.FIRST_PAGE);
        return isLast(facts) || total(facts).filter(total -> read >= total).isPresent()
                ? Optional.empty()
                : Optional.of(Map.of("page", next));
    }

    private Optional<Map<String, Object>> offset(long next, PageFacts facts) {
        return isLast(facts) || total(facts).filter(total -> next >= total).isPresent()
                ? Optional.empty()
                : Optional.of(Map.of("offset", next));
    }

    private Optional<Long> total(PageFacts facts) {
        return settings.find(SourceOptions.TOTAL_AT)
                .flatMap(facts::at)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf);
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
