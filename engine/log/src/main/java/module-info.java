/** The contract of the log; it needs nothing but the JDK. */
module io.mainstem.log {
    requires static transitive org.jspecify;

    exports io.mainstem.log;
}
