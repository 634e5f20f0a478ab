package io.mainstem.connectors.http.client;

/** What of an address may be shown: a password before the host and the values of a query may not. */
final class SafeText {

    private static final int LONGEST = 300;

    private SafeText() {}

    static String url(String url) {
        int query = url.indexOf('?');
        String shown = query < 0 ? url : url.substring(0, query) + "?...";
        return shown.replaceFirst("//[^/@]*@", "//");
    }

    /** The beginning of a text in one line. */
    static String excerpt(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
