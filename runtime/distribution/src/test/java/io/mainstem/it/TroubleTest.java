package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told when something is wrong. */
final class TroubleTest {

    private static final Path MISTAKES = Path.of("src/test/resources/io/mainstem/it");

    @TempDir
    Path folder;

    private Mainstem.Outcome run(String pipeline) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), pipeline);
        return Mainstem.in(folder).run("run", "p.yaml");
    }

    private static String pipeline(String source, String sink) {
        return """
                name: p
                sources:
                  in:
                    connector: file
                    topic: rows
                    options: {%s}
                    on-failure: {retry: {first-wait: 100ms, max-wait: 200ms, give-up-after: 1s}}
                sinks:
                  out:
                    connector: jdbc
                    topics: [rows]
                    options: {%s}
                    on-failure: {retry: {first-wait: 100ms, max-wait: 200ms, give-up-after: 1s}}
                """.formatted(source, sink);
    }

    @Test
    void fiveMistakesAreAnsweredTogether() throws Exception {
        Files.copy(MISTAKES.resolve("five-mistakes.yaml"), folder.resolve("five-mistakes.yaml"));

        Mainstem.Outcome outcome = Mainstem.in(folder).run("validate", "five-mistakes.yaml");

        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(2);
        Path golden = MISTAKES.resolve("five-mistakes.txt");
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(golden, outcome.err());
        }
        assertThat(outcome.err()).isEqualTo(Files.readString(golden));
    }

    @Test
    void aSecondProcessOnTheSameDataIsToldWhichOneHasIt() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "id\n1\n");
        Files.writeString(folder.resolve("p.yaml"), """
                name: p
                sources: {in: {connector: file, topic: rows, schedule: continuous, options: {path: rows.csv}}}
                sinks: {out: {connector: jdbc, topics: [rows], options: {url: "jdbc:sqlite:rows.db", table: rows}}}
                """);
        Mainstem.Running first = Mainstem.in(folder).start("run", "p.yaml");
        Database database = Database.sqlite(folder.resolve("rows.db"));
        Waiting.until(
                java.time.Duration.ofSeconds(60),
                () -> database.number("SELECT count(*) FROM rows") == 1,
                () -> "the row did not come");

        Mainstem.Outcome second = Mainstem.in(folder).run("run", "p.yaml");
        assertThat(second.exitCode()).as("%s", second).isEqualTo(4);
        assertThat(second.err()).contains(String.valueOf(first.pid()));

        Mainstem.Outcome ended = first.terminate().end();
        assertThat(ended.exitCode()).as("%s", ended).isIn(0, 143);
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        Mainstem.Outcome outcome = run(pipeline("path: absent.csv", "url: \"jdbc:sqlite:rows.db\""));

        assertThat(outcome.exitCode()).as("%s", outcome).isIn(1, 2);
        assertThat(outcome.err()).contains("absent.csv").doesNotContain("\tat ");
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithItsFile() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "id,name\n1,a\n");

        Mainstem.Outcome outcome =
                run(pipeline("path: rows.csv, columns: {nmae: string}", "url: \"jdbc:sqlite:rows.db\""));

        assertThat(outcome.exitCode()).as("%s", outcome).isIn(1, 2);
        assertThat(outcome.err()).contains("rows.csv").contains("nmae").doesNotContain("\tat ");
    }

    @Test
    void aBadRowStopsTheSourceWithItsPlaceAndReasonAndNothingIsLostOnceItIsCorrected() throws Exception {
        Path csv = folder.resolve("rows.csv");
        Files.writeString(csv, "id,amount\n1,10\n2,20\n3,many\n4,40\n");
        String pipeline = pipeline(
                "path: rows.csv, columns: {id: int64, amount: int32}", "url: \"jdbc:sqlite:rows.db\", table: rows");

        Mainstem.Outcome outcome = run(pipeline);
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.err())
                .contains("rows.csv:4")
                .contains("amount")
                .contains("many")
                .doesNotContain("\tat ");

        Files.writeString(csv, "id,amount\n1,10\n2,20\n3,30\n4,40\n");
        Mainstem.Outcome corrected = run(pipeline);
        assertThat(corrected.exitCode()).as("%s", corrected).isZero();
        assertThat(Database.sqlite(folder.resolve("rows.db")).rows("SELECT id, amount FROM rows ORDER BY id"))
                .containsExactly("1|10", "2|20", "3|30", "4|40");
    }

    @Test
    void aPasswordThatIsWrongIsSaidWithoutShowingIt() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "id\n1\n");
        try (Postgres postgres = Postgres.start()) {
            Mainstem.Outcome outcome = run(pipeline(
                    "path: rows.csv",
                    "url: \"" + postgres.url("postgres") + "\", user: loader, password: wr0ng-secret, table: rows"));

            assertThat(outcome.exitCode()).as("%s", outcome).isIn(1, 2);
            assertThat(outcome.err()).contains("password").contains("loader");
            assertThat(outcome.all()).doesNotContain("wr0ng-secret").doesNotContain("\tat ");
        }
    }

    @Test
    void aDatabaseThatCannotBeReachedIsSaidWithItsAddress() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "id\n1\n");
        int port = unusedPort();

        Mainstem.Outcome outcome = run(pipeline(
                "path: rows.csv", "url: \"jdbc:postgresql://localhost:" + port + "/shop\", user: loader, table: rows"));

        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.err()).contains("localhost:" + port).doesNotContain("\tat ");
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
