package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.cli.CommandLineHarness.Outcome;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets that a plugin looks up, from the settings of the worker to the messages of a run. */
final class SecretProvidersTest extends CommandCase {

    private static final String PIPELINE = """
            name: p
            sources:
              in:
                connector: lines
                topic: lines
                options: {path: "${team:db/password}.txt"}
                on-failure: {retry: {give-up-after: 0s}}
            """;
    private static final String SETTINGS = """
            secrets:
              team: {provider: vault, options: {file: vault.properties, token: "${env:SECRET}"}}
            """;

    @BeforeEach
    void writeFiles() throws IOException {
        cli.installVault();
        cli.write("in.txt", "one\n");
        cli.write("vault.properties", "db/password=correct-horse\n");
        cli.write("mainstem.yaml", SETTINGS);
        cli.write("p.yaml", PIPELINE);
    }

    @Test
    void aSecretOfAProviderReachesTheConnectorAndNobodyElse() {
        Outcome outcome = cli.run("run p.yaml");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("source p/in failed: ", "NoSuchFileException", "***.txt");
        assertThat(outcome.out() + outcome.err()).doesNotContain("correct-horse", "hunter2");
    }

    @Test
    void whatAProviderDoesNotHaveIsNamedWhereItStands() throws IOException {
        cli.write("p.yaml", PIPELINE.replace("db/password", "db/other"));

        assertThat(cli.run("validate p.yaml")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err())
                    .contains("p.yaml:6:21: the provider of secrets 'team' has not told 'db/other': the file"
                            + " vault.properties has no such line");
        });
        cli.write("p.yaml", PIPELINE.replace("db/password", ""));
        assertThat(cli.run("validate p.yaml").err()).contains("'${team:}' names no secret");
        cli.write("p.yaml", PIPELINE.replace("team:", "taem:"));
        assertThat(cli.run("validate p.yaml").err()).contains("'${taem:db/password}' is no placeholder", "team");
    }

    @Test
    void settingsThatAreWrongAreToldBeforeAnythingRuns() throws IOException {
        cli.write("mainstem.yaml", SETTINGS.replace("vault,", "valt,"));
        assertThat(cli.run("run p.yaml")).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err())
                    .contains("mainstem.yaml:2:20: there is no provider of secrets 'valt'; did you mean 'vault'?");
        });
        cli.write("mainstem.yaml", SETTINGS.replace("team:", "env:"));
        assertThat(cli.run("validate p.yaml").err()).contains("'env' stands for something else");
        cli.write("mainstem.yaml", SETTINGS.replace("file: vault", "fil: vault"));
        assertThat(cli.run("validate p.yaml").err()).contains("has no option 'fil'; did you mean 'file'?");
        cli.write("mainstem.yaml", SETTINGS.replace("options", "optoins"));
        assertThat(cli.run("validate p.yaml").err()).contains("did you mean 'options'?");
    }

    @Test
    void providersAreListedAndDescribed() {
        assertThat(cli.run("connectors list").out()).containsPattern("vault +secrets +vault 7 +Looks secrets up");
        assertThat(cli.run("connectors describe vault").out()).contains("file: text, required", "token: text, secret");
    }
}
