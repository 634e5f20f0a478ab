package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.StopException;
import io.mainstem.runtime.codec.UnencodableException;
import org.junit.jupiter.api.Test;

/** Whether it is the record or the codec. */
class CodecEvidenceTest {

    private final CodecEvidence evidence = new CodecEvidence();

    private static void broken() {
        throw new ClassCastException("a string is no number");
    }

    private void fail() {
        assertThat(evidence.judge(new ClassCastException("first"), CodecEvidenceTest::broken))
                .hasValueSatisfying(why -> assertThat(why).hasMessage("a string is no number"));
    }

    @Test
    void whatFailsAgainIsTheRecord() {
        fail();
        assertThat(evidence.judge(new StackOverflowError(), CodecEvidenceTest::broken))
                .isPresent();
    }

    @Test
    void whatPassesTheSecondTimeIsFine() {
        assertThat(evidence.judge(new ClassCastException("first"), () -> {})).isEmpty();
    }

    @Test
    void recordsThatFailBetweenOthersThatPassAreBadRecords() {
        for (int i = 0; i < 10 * CodecEvidence.IN_A_ROW_MAX; i++) {
            fail();
            evidence.passed();
        }
    }

    @Test
    void tooManyInARowAreTheCodec() {
        for (int i = 0; i < CodecEvidence.IN_A_ROW_MAX; i++) {
            fail();
        }
        assertThatThrownBy(this::fail)
                .isInstanceOf(StopException.class)
                .hasMessageContaining("ClassCastException")
                .hasMessageContaining("10 records in a row");
    }

    @Test
    void whatACodecSaysOfARecordIsTakenAsItIs() {
        UnencodableException said = new UnencodableException("the key field 'id' is null");
        assertThatThrownBy(() -> evidence.judge(said, CodecEvidenceTest::broken))
                .isSameAs(said);
    }
}
