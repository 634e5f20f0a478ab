/** The connector API; it needs nothing but the JDK. */
module io.mainstem.api {
    requires static transitive org.jspecify;

    exports io.mainstem.api;
}
