package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

    private static final String TEXT = "Plain ASCII, größer, 名前, 😀\uD7FF\uE000\u07FF\u0800\uFFFF\uDBFF\uDFFF";

    @Test
    void agreesWithTheJdk() {
        long seed = RandomRows.newSeed();
        Random random = new Random(seed);
        System.out.println("seed " + seed);
        byte[] valid = TEXT.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            int offset = random.nextInt(bytes.length);
            int length = random.nextInt(bytes.length - offset + 1);
            assertThat(Utf8.isValid(bytes, offset, length)).isEqualTo(jdk(bytes, offset, length));
        }
        assertThat(Utf8.isValid(valid, 0, valid.length)).isTrue();
    }

    private static boolean jdk(byte[] bytes, int offset, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
