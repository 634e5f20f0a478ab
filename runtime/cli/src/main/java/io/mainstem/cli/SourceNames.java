package io.mainstem.cli;

import io.mainstem.runtime.delivery.Positions.SourceName;
import java.util.List;
import java.util.stream.Collectors;

/** Names of sources as they are typed: {@code pipeline/source}. */
final class SourceNames {

    private SourceNames() {}

    static SourceName parse(String text, List<SourceName> known) {
        return known.stream()
                .filter(name -> name.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> CommandException.failed("nothing is stored of a source '" + text + "'; "
                        + (known.isEmpty() ? "nor of any other" : "there are " + list(known))));
    }

    static String list(List<SourceName> known) {
        return known.stream().map(SourceName::toString).collect(Collectors.joining(", "));
    }
}
