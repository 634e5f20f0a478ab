package io.mainstem.log.embedded;

/** What to do about damage, which depends on whose folder it is. */
enum Remedy {
    /** The embedded log. */
    MAINSTEM {
        @Override
        String missing(long nextOffset) {
            return "the other records can be read"
                    + (nextOffset < 0 ? "" : ", readers go on at offset " + nextOffset)
                    + "; restore the data folder from a copy if these are needed";
        }

        @Override
        String wrongBatch() {
            return "readers are told that the batch is damaged; restore the data folder from a copy if it is needed";
        }

        @Override
        String wrongFile() {
            return "put the right file back, or restore the data folder from a copy";
        }

        @Override
        String tornEnd() {
            return "nothing: the next open cuts it, and has what was acknowledged in its journal";
        }
    },
    /** A broker of Kafka. */
    KAFKA {
        @Override
        String missing(long nextOffset) {
            return "let the broker fetch the partition from another replica: stop it, take the folder of the partition away,"
                    + " start it";
        }

        @Override
        String wrongBatch() {
            return missing(-1);
        }

        @Override
        String wrongFile() {
            return missing(-1);
        }

        @Override
        String tornEnd() {
            return "nothing: the broker cuts it when it starts";
        }
    };

    /** Records are missing or cannot be read; {@code nextOffset} is the first behind them, or -1. */
    abstract String missing(long nextOffset);

    /** A batch is there, and not as it should be. */
    abstract String wrongBatch();

    /** A file is not what its name says, or not there. */
    abstract String wrongFile();

    /** The end of the last file is not whole, and was not acknowledged. */
    abstract String tornEnd();
}
