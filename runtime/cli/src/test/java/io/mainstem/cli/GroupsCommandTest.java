package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** How far sinks and sources have come is shown, and set. */
final class GroupsCommandTest extends CommandCase {

    @Test
    void groupsAreListedDescribedAndReset() throws IOException {
        runLines("one\ntwo\n");

        assertThat(cli.run("groups list").out()).containsPattern("p\\.out +lines +0 +empty +0\n");
        assertThat(cli.run("groups describe p.out").out())
                .containsPattern("lines +0 +\\d+ +\\d+ +0 +-\n\nno members\n");
        assertThat(cli.run("groups reset p.out --to-start --dry-run").out())
                .containsPattern("WOULD BE\nlines +0 +\\d+ +0\n");
        assertThat(cli.run("groups reset p.out --to-time 2000-01-01T00:00:00Z --dry-run")
                        .out())
                .containsPattern("lines +0 +\\d+ +0\n");
        assertThat(cli.run("groups describe p.out").out()).containsPattern("lines +0 +[1-9]\\d* ");
        assertThat(cli.run("groups reset p.out --to-time yesterday").err())
                .contains("--to-time is 'yesterday'; it must be a time such as");
        assertThat(cli.run("groups reset p.out --to-offset 1").out()).containsPattern("lines +0 +\\d+ +1\n");
        assertThat(cli.run("run p.yaml").out()).contains("sink p/out wrote 1 records");
        assertThat(cli.run("groups reset p.out --to-offset 99").err()).contains("lines-0 has the offsets 0 to");
        assertThat(cli.run("groups reset p.out").exitCode()).isEqualTo(2);
        assertThat(cli.run("groups describe nobody").err())
                .isEqualTo("mainstem: there is no group 'nobody'; there are p.out\n");
        assertThat(cli.run("groups delete p.out").out()).isEqualTo("deleted group 'p.out'\n");
        assertThat(cli.run("groups delete p.out").err())
                .isEqualTo("mainstem: there is no group 'p.out'; there is none at all\n");
    }

    @Test
    void positionsAreShown() throws IOException {
        runLines("one\ntwo\n");

        assertThat(cli.run("positions show").out()).containsPattern("p/in +all +lines +finished +\\{\"line\":2}");
        assertThat(cli.run("positions show p/in --output json").out()).contains("\"line\" : 2");
        assertThat(cli.run("positions show p/other").err())
                .isEqualTo("mainstem: nothing is stored of a source 'p/other'; there are p/in\n");
    }
}
