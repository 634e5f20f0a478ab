package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.CorruptRecordException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {

    @ParameterizedTest
    @ValueSource(strings = {"08006", "40001", "53100", "55P03", "57P01", "58030"})
    void aConnectionOrAResourceIsNoFaultOfARecordWhoeverThrowsIt(String state) {
        SQLException error = new SQLException("the other side", state);
        assertThat(Failure.isUnexplained(error)).isFalse();
        assertThat(Failure.isUnexplained(new IllegalStateException("wrapped", error)))
                .isFalse();
    }

    @Test
    void theWorldOutsideIsNoFaultOfARecord() {
        assertThat(Failure.isUnexplained(new SocketTimeoutException("slow"))).isFalse();
        assertThat(Failure.isUnexplained(new IllegalStateException(new IOException("No space left on device"))))
                .isFalse();
        assertThat(Failure.isUnexplained(new IllegalStateException(new TimeoutException())))
                .isFalse();
    }

    @Test
    void whatNobodyPlannedForMayBeTheFaultOfARecord() {
        assertThat(Failure.isUnexplained(new IllegalArgumentException("no such colour")))
                .isTrue();
        assertThat(Failure.isUnexplained(new SQLException("duplicate key", "23505")))
                .isTrue();
    }

    @Test
    void damageOfTheLogDoesNotHealByTryingAgain() {
        Failure failure = Failure.of(new CorruptRecordException("offsets 7 to 8 of orders-0 are damaged", 7, 9));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.RESOURCE);
        assertThat(failure.toString()).contains("offsets 7 to 8 of orders-0 are damaged", "--to-offset 9");
        assertThat(failure.isFinal()).isTrue();
    }
}
