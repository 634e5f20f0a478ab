package io.mainstem.runtime.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.RecordException;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LetterCauseTest {

    private static LetterCause of(Exception why) {
        return LetterCause.of(why, UnaryOperator.identity());
    }

    @Test
    void theSameConstraintIsOneCauseWhateverTheValues() {
        LetterCause one = of(new RecordException("23505", "violates \"orders_pkey\"\n  Key (id)=(7) already exists."));
        LetterCause other =
                of(new RecordException("23505", "violates \"orders_pkey\"\n  Key (id)=(88) already exists."));
        assertThat(one.digest()).isEqualTo(other.digest());
        assertThat(of(new RecordException("23505", "violates \"orders_other\"")).digest())
                .isNotEqualTo(one.digest());
    }

    @Test
    void valuesInAMessageMakeNoOtherCause() {
        assertThat(of(new RecordException("22001", "column 'customer': 'abc' has 11 characters"))
                        .digest())
                .isEqualTo(of(new RecordException("22001", "column 'customer': 'de' has 12 characters"))
                        .digest());
        assertThat(of(new RecordException("22P02", "invalid input value for enum mood: \"sad\""))
                        .digest())
                .isEqualTo(of(new RecordException("22P02", "invalid input value for enum mood: \"glad\""))
                        .digest());
    }

    @Test
    void theStackTellsCausesApartWhateverTheMessage() {
        assertThat(of(here("one")).digest()).isEqualTo(of(here("two")).digest());
        assertThat(of(there("one")).digest()).isNotEqualTo(of(here("one")).digest());
    }

    private static Exception here(String message) {
        Exception thrown = new IllegalStateException(message);
        thrown.setStackTrace(new StackTraceElement[] {new StackTraceElement("com.Http", "send", "Http.java", 7)});
        return thrown;
    }

    private static Exception there(String message) {
        Exception thrown = new IllegalStateException(message);
        thrown.setStackTrace(new StackTraceElement[] {new StackTraceElement("com.Http", "read", "Http.java", 7)});
        return thrown;
    }

    @Test
    void theCodeOfACauseIsFound() {
        assertThat(LetterCause.code(new IllegalStateException(new SQLException("gone", "08006"))))
                .hasValue("08006");
        assertThat(LetterCause.code(new IllegalStateException("no code"))).isEmpty();
    }

    @Test
    void secretsGoOutOfTheMessage() {
        LetterCause cause =
                LetterCause.of(new IllegalStateException("key hunter2"), text -> text.replace("hunter2", "***"));
        assertThat(cause.message()).isEqualTo("key ***");
    }
}
