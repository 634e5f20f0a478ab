package io.mainstem.it;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of orders that a formula makes, so that what must arrive is known. */
final class Orders {

    /** Of a table that holds exactly the first {@link #EXPECTED_COUNT} orders, {@link #EXPECTED} is the row. */
    static final String DIGEST =
            "SELECT count(*), count(DISTINCT id), sum(id), sum(qty), sum(length(customer)) FROM orders";

    static final int EXPECTED_COUNT = 150_000;
    static final String EXPECTED = expected(EXPECTED_COUNT);

    private static final String HEADER = "id,customer,qty,price\n";

    private Orders() {}

    /** Writes the first orders into a new file. */
    static void write(Path file, int count) throws IOException {
        Files.writeString(file, HEADER);
        append(file, 0, count);
    }

    /** Adds orders from one number to another to a file. */
    static void append(Path file, int from, int to) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND)) {
            for (int id = from; id < to; id++) {
                writer.write(id + ",\"" + customer(id) + "\"," + quantity(id) + "," + id % 1000 + "." + (10 + id % 90));
                writer.write('\n');
            }
        }
    }

    /** The row that {@link #DIGEST} gives for the first orders. */
    static String expected(int count) {
        long ids = 0;
        long quantities = 0;
        long lengths = 0;
        for (int id = 0; id < count; id++) {
            ids += id;
            quantities += quantity(id);
            lengths += customer(id).length();
        }
        return count + "|" + count + "|" + ids + "|" + quantities + "|" + lengths;
    }

    private static int quantity(int id) {
        return 1 + id * 31 % 97;
    }

    private static String customer(int id) {
        return "Customer " + Integer.toHexString(id * 0x9E3779B1) + (id % 7 == 0 ? ", Inc." : "");
    }
}
