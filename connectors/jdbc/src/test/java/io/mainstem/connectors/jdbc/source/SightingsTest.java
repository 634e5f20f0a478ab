package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is known of transactions from the lists in which they are. */
final class SightingsTest {

    private static final OpenTransaction A = transaction("3/1", false);
    private static final OpenTransaction B = transaction("4/7", false);
    private static final OpenTransaction PREPARED = transaction("-1/900", true);

    private static OpenTransaction transaction(String id, boolean isPrepared) {
        return new OpenTransaction(id, isPrepared, OptionalLong.empty(), true, id);
    }

    @Test
    void withoutTransactionsThePresentLookIsTheOne() {
        Sightings sightings = new Sightings();
        sightings.look(List.of());
        sightings.look(List.of());
        assertThat(sightings.lowest()).isEqualTo(1);
    }

    @Test
    void ofATransactionThatWasOpenAtTheFirstLookNothingIsKnown() {
        Sightings sightings = new Sightings();
        sightings.look(List.of(A));
        sightings.look(List.of(A));
        assertThat(sightings.lowest()).isEqualTo(Sightings.UNKNOWN);
        sightings.look(List.of());
        assertThat(sightings.lowest()).isEqualTo(2);
    }

    @Test
    void theLastLookWithoutATransactionBoundsWhatItHasDrawn() {
        Sightings sightings = new Sightings();
        sightings.look(List.of());
        sightings.look(List.of(A));
        sightings.look(List.of(A, B));
        assertThat(sightings.lastWithout("3/1")).isZero();
        assertThat(sightings.lastWithout("4/7")).isEqualTo(1);
        assertThat(sightings.lowest()).isZero();
        sightings.look(List.of(B));
        assertThat(sightings.lowest()).isEqualTo(1);
    }

    @Test
    void aTransactionThatIsPreparedKeepsTheBoundThatItMayHaveHad() {
        Sightings sightings = new Sightings();
        sightings.look(List.of());
        sightings.look(List.of(A));
        sightings.look(List.of(A, B));
        sightings.look(List.of(B, PREPARED));
        assertThat(sightings.lowest()).isZero();
        sightings.look(List.of(PREPARED));
        assertThat(sightings.lastWithout(PREPARED.id())).isZero();
    }
}
