package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffsetMapTest {

    /** The first vectors of the reference implementation: the secret is 00 to 0f, the input 00, 01 and so on. */
    @Test
    void theDigestIsThatOfTheReference() {
        assertThat(digest(0)).isEqualTo("a3817f04ba25a8e66df67214c7550293");
        assertThat(digest(1)).isEqualTo("da87c1d86b99af44347659119b22fc45");
    }

    private static String digest(int length) {
        byte[] input = new byte[length + 3];
        for (int i = 0; i < length; i++) {
            input[i + 2] = (byte) i;
        }
        KeyDigest digest = new KeyDigest(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        digest.of(input, 2, length);
        byte[] result = new byte[16];
        Bytes.putLong(result, 0, Long.reverseBytes(digest.low()));
        Bytes.putLong(result, 8, Long.reverseBytes(digest.high()));
        return HexFormat.of().formatHex(result);
    }

    @Test
    void theLastOffsetOfEachKeyIsKnownUntilTheMapIsFull() {
        Random random = new Random(3);
        OffsetMap map = new OffsetMap(1 << 20, new KeyDigest(random));
        Map<String, Long> expected = new HashMap<>();
        long offset = 0;
        while (map.hasRoomFor(1)) {
            String key = "k".repeat(random.nextInt(20)) + random.nextInt(40_000);
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            map.put(bytes, 0, bytes.length, offset);
            expected.put(key, offset++);
        }
        assertThat(map.count()).isEqualTo(expected.size()).isBetween(20_000, 1 << 15);
        expected.forEach((key, last) -> {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            assertThat(map.lastOffset(bytes, 0, bytes.length)).isEqualTo(last);
        });
        assertThat(map.lastOffset(new byte[] {1}, 0, 1)).isEqualTo(-1);
    }
}
