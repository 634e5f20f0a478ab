package io.mainstem.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/** A CSV file of orders, the same for the same number of rows, about 75 bytes a row. */
final class OrdersFile {

    /** The table that fits the file; the key is added by {@link #table}. */
    private static final String COLUMNS =
            "id bigint NOT NULL, customer text NOT NULL, sku text NOT NULL, qty int NOT NULL,"
                    + " price numeric(10,2) NOT NULL, created_at timestamp NOT NULL";

    private static final String HEADER = "id,customer,sku,qty,price,created_at\n";
    private static final long SEED = 20_240_229;
    private static final int SECONDS_PER_DAY = 86_400;

    private OrdersFile() {}

    /** The statement that creates the table. */
    static String table(boolean key) {
        return "CREATE TABLE orders (" + COLUMNS + (key ? ", PRIMARY KEY (id)" : "") + ")";
    }

    /** Writes the file, unless it is there already. */
    static void write(Path file, int rows) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
            out.write(HEADER.getBytes(US_ASCII));
            SplittableRandom random = new SplittableRandom(SEED);
            for (int id = 1; id <= rows; id++) {
                out.write(row(id, random).getBytes(US_ASCII));
            }
        }
        Files.move(unfinished, file);
    }

    private static String row(int id, SplittableRandom random) {
        int second = random.nextInt(SECONDS_PER_DAY);
        return String.format(
                        Locale.ROOT,
                        "%d,customer-%09d,SKU-%07d,%d,%d.%02d,2024-%02d-%02d %02d:%02d:%02d.%06d%n",
                        id,
                        random.nextInt(200_000),
                        random.nextInt(50_000),
                        1 + random.nextInt(20),
                        random.nextInt(10_000),
                        random.nextInt(100),
                        1 + random.nextInt(12),
                        1 + random.nextInt(28),
                        second / 3600,
                        second / 60 % 60,
                        second % 60,
                        random.nextInt(1_000_000))
                .replace(System.lineSeparator(), "\n");
    }
}
