package io.mainstem.connectors.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Makes a file of orders, always the same for the same number of rows. */
final class OrdersFile {

    private OrdersFile() {}

    static void write(Path file, int rows) throws IOException {
        SplittableRandom random = new SplittableRandom(42);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write("id,customer,sku,qty,price,created_at\n".getBytes(StandardCharsets.UTF_8));
            StringBuilder row = new StringBuilder();
            for (int i = 1; i <= rows; i++) {
                row.setLength(0);
                row.append(i)
                        .append(",customer-")
                        .append(random.nextInt(100_000))
                        .append("@example.com,SKU-");
                row.append(random.nextInt(10_000))
                        .append(',')
                        .append(1 + random.nextInt(20))
                        .append(',');
                row.append(random.nextInt(1000))
                        .append('.')
                        .append(10 + random.nextInt(90))
                        .append(",2024-");
                row.append(10 + random.nextInt(3))
                        .append('-')
                        .append(10 + random.nextInt(19))
                        .append(' ');
                row.append(10 + random.nextInt(14))
                        .append(':')
                        .append(10 + random.nextInt(50))
                        .append(':');
                row.append(10 + random.nextInt(50)).append('\n');
                out.write(row.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
