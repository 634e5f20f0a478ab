package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values from the environment and from files, and which of them are secrets. */
final class PlaceholdersTest extends PipelineReaderCase {

    @Test
    void placeholdersComeFromTheEnvironmentAndFromFiles() throws IOException {
        Files.writeString(folder.resolve("secret.txt"), "from-file\n");

        PipelineSet.Valid set = valid(Map.of("HOST", "db1", "EMPTY", ""), """
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options:
                      url: "jdbc://${env:HOST}:${env:PORT:-5432}/x${env:EMPTY}?a=$${b}"
                      password: ${file:secret.txt}
                """);

        SinkSpec sink = set.pipelines().get(0).sinks().get(0);
        assertThat(sink.config().get(ExampleConnectors.URL)).isEqualTo("jdbc://db1:5432/x?a=${b}");
        assertThat(sink.config().get(ExampleConnectors.PASSWORD)).isEqualTo("from-file");
    }

    @Test
    void aPlaceholderThatCannotBeResolvedIsOneProblem() throws IOException {
        assertThat(problems("""
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options:
                      url: ${env:MISSING}
                      batch: ${env:ALSO_MISSING}
                      password: ${file:missing.txt}
                      key: ${secret:x}
                      mode: ${env:OPEN
                """)).isEqualTo("""
                a.yaml:7:12: the environment variable 'MISSING' is not set; set it, or write ${env:MISSING:-default}
                a.yaml:8:14: the environment variable 'ALSO_MISSING' is not set; set it, or write ${env:ALSO_MISSING:-default}
                a.yaml:9:17: the file 'missing.txt' cannot be read (it is not there)
                a.yaml:10:12: '${secret:x}' is no placeholder; write ${env:NAME}, ${env:NAME:-default} or ${file:PATH}, or $${ for a plain ${
                a.yaml:11:13: '${env:OPEN' has no closing brace""");
    }

    @Test
    void secretsAreKnownAndPlainWordsAreNot() throws IOException {
        Secrets secrets = valid(Map.of("PW", "pass w", "MODE", "upsert", "TOKEN", "t0ken"), """
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options: {url: "http://u:${env:TOKEN}@h", password: "${env:PW}", mode: "${env:MODE}", key: plain}
                """)
                .secrets();

        assertThat(secrets.scrub("GET http://u:t0ken@h?pw=pass+w&pw=pass%20w, pass w; upsert by plain"))
                .isEqualTo("GET http://u:***@h?pw=***&pw=***, ***; upsert by plain");
        assertThat(secrets.toString()).doesNotContain("t0ken");
    }

    @Test
    void aSecretTooShortToBeMaskedIsRefusedAndNotShown() throws IOException {
        String sink = "name: p\nsinks: {out: {connector: table, topics: [t], options: {url: u, password: %s}}}\n";
        for (String password : List.of("x", "\"${env:PW}\"", "\"    \"")) {
            assertThat(problems(Map.of("PW", "abc"), sink.formatted(password)))
                    .isEqualTo("a.yaml:2:74: 'password' has fewer than 4 characters; a secret that short cannot be kept"
                            + " out of messages without garbling them: use a longer one");
        }
        assertThat(valid(Map.of(), sink.formatted("\"\"")).secrets().scrub("as it was"))
                .isEqualTo("as it was");
    }

    @Test
    void aDefaultAndAVeryShortTextAreNoSecretsUnlessTheOptionIs() throws IOException {
        Secrets secrets = valid(Map.of("DB", "db"), """
                name: p
                sinks:
                  out:
                    connector: table
                    topics: [t]
                    options: {url: "${env:URL:-jdbc:local}/${env:DB}", password: "${env:PW:-open}"}
                """).secrets();

        assertThat(secrets.scrub("jdbc:local/db, open")).isEqualTo("jdbc:local/db, ***");
    }

    @Test
    void aProblemDoesNotShowTheSecretItIsAbout() throws IOException {
        assertThat(problems(Map.of("URL", "hunter2"), """
                name: p
                sources: {in: {connector: file, options: {path: a, types: {x: "${env:URL}"}, skip: [hunter2]}}}
                """))
                .doesNotContain("hunter2")
                .contains("must be a whole number, not '***'");
    }
}
