package io.mainstem.runtime.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Keys on disk are those of a plain map, whatever was added and removed. */
class KeySpoolTest {

    @Test
    void theLastEntryOfEachKeyCountsAsInAMap() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<Key, Digest> model = new HashMap<>();
        try (KeySpool spool = KeySpool.open()) {
            for (int i = 0; i < 200_000; i++) {
                byte[] key = key(random);
                if (random.nextInt(4) == 0) {
                    spool.remove(key, 0, key.length);
                    model.remove(new Key(key));
                } else {
                    Digest digest = new Digest(random.nextLong(), random.nextLong());
                    spool.add(key, 0, key.length, digest);
                    model.put(new Key(key), digest);
                }
            }
            assertThat(all(spool)).as("seed %d", seed).isEqualTo(model);
        }
    }

    /** Some are empty, some longer than a block. */
    private static byte[] key(Random random) {
        String number = String.valueOf(random.nextInt(50_000));
        return switch (random.nextInt(10_000)) {
            case 0 -> new byte[0];
            case 1 -> number.repeat(10_000).getBytes(StandardCharsets.UTF_8);
            default -> number.getBytes(StandardCharsets.UTF_8);
        };
    }

    private static Map<Key, Digest> all(KeySpool spool) throws IOException {
        Map<Key, Digest> all = new HashMap<>();
        for (int part = 0; part < KeySpool.PARTS; part++) {
            Map<Key, Digest> keys = spool.part(part);
            assertThat(keys.size()).as("keys are spread over the parts").isLessThan(1_000);
            all.putAll(keys);
        }
        return all;
    }

    @Test
    void aFilterForgetsNoKeyAndRarelyClaimsAnother() {
        KeyFilter filter = new KeyFilter();
        for (int i = 0; i < 200_000; i++) {
            byte[] key = String.valueOf(i).getBytes(StandardCharsets.UTF_8);
            filter.add(key, 0, key.length);
        }
        int wrong = 0;
        for (int i = 0; i < 400_000; i++) {
            byte[] key = String.valueOf(i).getBytes(StandardCharsets.UTF_8);
            boolean mayHave = filter.mayHave(key, 0, key.length);
            if (i < 200_000) {
                assertThat(mayHave).isTrue();
            } else if (mayHave) {
                wrong++;
            }
        }
        assertThat(wrong).isLessThan(20);
    }
}
