package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** That released memory is used again, that there is a limit to it, and that a use after the release shows. */
class ReadArraysTest {
    private final ReadArrays arrays = new ReadArrays();

    @Test
    void anArrayThatWasGivenBackIsUsedAgainWhenItIsLargeEnough() {
        byte[] array = arrays.take(1000);
        arrays.giveBack(array);
        assertThat(arrays.take(1024)).isSameAs(array);
        arrays.giveBack(array);
        assertThat(arrays.take(1025)).isNotSameAs(array).hasSizeGreaterThanOrEqualTo(1025);
        assertThat(arrays.take(1)).isNotSameAs(array);
    }

    @Test
    void theArrayOfALargeBatchIsNotKept() {
        byte[] large = arrays.take((1 << 20) + 1);
        assertThat(large).hasSize((1 << 20) + 1);
        arrays.giveBack(large);
        assertThat(arrays.take(1)).isNotSameAs(large);
    }

    @Test
    void fewAreKept() {
        byte[][] given = new byte[5][];
        for (int i = 0; i < given.length; i++) {
            given[i] = new byte[16];
        }
        for (byte[] array : given) {
            arrays.giveBack(array);
        }
        for (int i = 3; i >= 0; i--) {
            assertThat(arrays.take(16)).isSameAs(given[i]);
        }
        assertThat(arrays.take(16)).isNotSameAs(given[4]);
    }

    /** The tests run with assertions enabled: whoever still looks into a released array finds no records there. */
    @Test
    void aReleasedArrayHoldsNothingThatLooksLikeARecord() {
        byte[] array = arrays.take(16);
        arrays.giveBack(array);
        assertThat(array).containsOnly(0xDB);
    }
}
