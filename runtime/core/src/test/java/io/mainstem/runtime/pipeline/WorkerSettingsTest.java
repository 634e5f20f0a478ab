package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.runtime.pipeline.WorkerSettings.Durability;
import io.mainstem.runtime.pipeline.WorkerSettings.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerSettingsTest {

    @TempDir
    Path folder;

    private Result read(String content) throws IOException {
        Path file = Files.writeString(folder.resolve(WorkerSettings.FILE), content);
        return WorkerSettings.read(file, Map.of("ROOT", "/var"));
    }

    @Test
    void foldersStartFromTheFile() throws IOException {
        assertThat(read("data: d\ndurability: os\nplugins: ${env:ROOT}/plugins\ndisk-budget: 10GiB\ndisk-free: 1GiB"))
                .isEqualTo(new Result.Valid(new WorkerSettings(
                        Optional.of(folder.resolve("d")),
                        Optional.of(Durability.OS),
                        Optional.of(Path.of("/var/plugins")),
                        Optional.of(10L << 30),
                        Optional.of(1L << 30),
                        WorkerSettings.Listening.NONE)));
    }

    @Test
    void whoMayAskIsSaid() throws IOException {
        Result.Valid result = (Result.Valid) read("listen: 0.0.0.0:8470\nlisten-token: ${env:ROOT}/0123456789ab\n"
                + "tls-certificate: tls/server.pem\ntls-key: /keys/server.key\ntls-clients: tls/clients.pem");

        assertThat(result.settings().listening())
                .isEqualTo(new WorkerSettings.Listening(
                        Optional.of("0.0.0.0:8470"),
                        Optional.of("/var/0123456789ab"),
                        Optional.of(folder.resolve("tls/server.pem")),
                        Optional.of(Path.of("/keys/server.key")),
                        Optional.of(folder.resolve("tls/clients.pem"))));
        assertThat(result).asString().doesNotContain("0123456789");
    }

    @Test
    void aTokenThatCouldBeGuessedHasItsPlaceAndIsNotShown() throws IOException {
        Result.Invalid result = (Result.Invalid) read("listen-token: hunter2-hunter2");

        assertThat(result.problems())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        folder + "/mainstem.yaml:1:15: 'listen-token' has fewer than 16 characters, and could be"
                                + " guessed; make one with 'openssl rand -hex 32'");
    }

    @Test
    void everySettingCanBeLeftOut() throws IOException {
        assertThat(read("{}")).isEqualTo(new Result.Valid(WorkerSettings.none()));
    }

    @Test
    void mistakesHaveTheirPlace() throws IOException {
        Result.Invalid result = (Result.Invalid) read("dat: d\ndurability: memory");

        assertThat(result.problems())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        folder + "/mainstem.yaml:1:1: mainstem.yaml has no key 'dat'; did you mean 'data'?",
                        folder + "/mainstem.yaml:2:13: 'durability' must be one of disk, os, not 'memory'");
    }
}
