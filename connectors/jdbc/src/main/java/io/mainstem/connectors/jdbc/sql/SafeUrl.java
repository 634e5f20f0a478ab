package io.mainstem.connectors.jdbc.sql;

/** A database's address as it may be shown: without parameters and credentials. */
public final class SafeUrl {

    private SafeUrl() {}

    public static String of(String url) {
        int end = url.length();
        for (char mark : new char[] {'?', ';'}) {
            int at = url.indexOf(mark);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return url.substring(0, end).replaceAll("//[^/@]*@", "//");
    }
}
