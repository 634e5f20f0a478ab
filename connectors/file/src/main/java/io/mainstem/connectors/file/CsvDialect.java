package io.mainstem.connectors.file;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a CSV file is written.
 *
 * @param delimiter what stands between fields
 * @param quote what stands around fields, if anything; ASCII
 * @param escape what takes the meaning from the character behind it, if anything; ASCII
 * @param comment what begins a line that is no row, if anything; ASCII
 * @param nullText the text without quotes that means null
 * @param trim whether blanks around fields are no part of them
 * @param fieldLinesMax over how many lines a field in quotes may run
 * @param header whether the first row names the columns
 */
record CsvDialect(
        String delimiter,
        Optional<Character> quote,
        Optional<Character> escape,
        Optional<Character> comment,
        String nullText,
        boolean trim,
        int fieldLinesMax,
        boolean header) {

    /** RFC 4180 with a header. */
    static final CsvDialect DEFAULT =
            new CsvDialect(",", Optional.of('"'), Optional.empty(), Optional.empty(), "", false, 1_000, true);

    byte[] delimiterBytes() {
        return delimiter.getBytes(StandardCharsets.UTF_8);
    }

    /** How a delimiter of several characters looks behind an escape: each of them has one. */
    byte[] escapedDelimiterBytes() {
        String between = escape.map(String::valueOf).orElse("");
        return String.join(between, delimiter.split("")).getBytes(StandardCharsets.UTF_8);
    }

    byte[] nullBytes() {
        return nullText.getBytes(StandardCharsets.UTF_8);
    }
}
