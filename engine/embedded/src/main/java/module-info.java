/** The log on the local disk. */
@SuppressWarnings("requires-automatic") // two of the libraries for compression have no module descriptor
module io.mainstem.log.embedded {
    requires com.github.luben.zstd_jni;
    requires transitive io.mainstem.log;
    requires org.lz4.java;
    requires static transitive org.jspecify;
    requires org.xerial.snappy;

    exports io.mainstem.log.embedded;
}
