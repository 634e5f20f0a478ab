package io.mainstem.connectors.file;

import io.mainstem.api.SourceFactory;
import io.mainstem.testkit.SourceContract;
import java.nio.file.Files;
import java.util.Map;

class CsvSourceContractTest extends SourceContract {

    @Override
    protected SourceFactory factory() {
        return new FileSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        for (int file = 0; file < 3; file++) {
            StringBuilder text = new StringBuilder("id,text\n");
            for (int row = 0; row < 12_000; row++) {
                text.append(file * 100_000 + row).append(row % 7 == 0 ? ",\"two\nlines\"\r\n" : ",ü" + row + "\n");
            }
            text.append("x,not a number\n");
            Files.writeString(folder.resolve("data/part-" + file + ".csv"), text);
        }
        return Map.of("path", "data/*.csv");
    }

    @Override
    protected int messages() {
        return 36_000;
    }

    @Override
    protected int badRecords() {
        return 3;
    }
}
