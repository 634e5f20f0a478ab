/** The log on the local disk. */
module io.mainstem.log.embedded {
    requires transitive io.mainstem.log;
    requires static transitive org.jspecify;

    exports io.mainstem.log.embedded;
}
