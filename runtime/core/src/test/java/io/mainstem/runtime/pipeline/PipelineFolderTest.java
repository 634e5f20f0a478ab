package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PipelineFolderTest {

    @TempDir
    Path folder;

    private PipelineFolder pipelines;

    @BeforeEach
    void openFolder() {
        pipelines = new PipelineFolder(folder, ExampleConnectors.catalog(), Outside.of(Map.of()));
    }

    private void write(String file, String pipeline, String path, String more) throws IOException {
        Files.writeString(
                folder.resolve(file),
                "name: " + pipeline + "\nsources:\n  in:\n    connector: file\n    options: {path: " + path + "}\n"
                        + more);
    }

    private static List<String> names(PipelineFolder.Look look) {
        return look.set().pipelines().stream().map(Pipeline::name).sorted().toList();
    }

    private static String path(PipelineFolder.Look look, String pipeline) {
        return look.set().pipelines().stream()
                .filter(found -> found.name().equals(pipeline))
                .findFirst()
                .orElseThrow()
                .sources()
                .get(0)
                .config()
                .get(ExampleConnectors.PATH);
    }

    @Test
    void onlyPipelineFilesOfTheFolderItselfCount() throws Exception {
        write("a.yaml", "a", "a.csv", "");
        write("b.yml", "b", "b.csv", "");
        write(".hidden.yaml", "hidden", "c.csv", "");
        Files.writeString(folder.resolve("notes.txt"), "no pipeline");
        Files.createDirectory(folder.resolve("archive.yaml"));
        PipelineFolder.Look look = pipelines.look();
        assertThat(look.problems()).isEmpty();
        assertThat(names(look)).containsExactly("a", "b");
    }

    @Test
    void aPipelineThatIsAsBeforeIsEqualAndOneWithAnotherCommentIsToo() throws Exception {
        write("a.yaml", "a", "a.csv", "");
        PipelineFolder.Look before = pipelines.look();
        write("a.yaml", "a", "a.csv", "# another comment\n");
        assertThat(pipelines.look().set().pipelines()).isEqualTo(before.set().pipelines());
        write("a.yaml", "a", "other.csv", "");
        assertThat(pipelines.look().set().pipelines()).isNotEqualTo(before.set().pipelines());
    }

    @Test
    void aFileWithErrorsCountsAsItWas() throws Exception {
        write("a.yaml", "a", "a.csv", "");
        write("b.yaml", "b", "b.csv", "");
        pipelines.look();
        write("a.yaml", "a", "changed.csv", "sinks: {out: {conector: table}}\n");
        PipelineFolder.Look look = pipelines.look();
        assertThat(names(look)).containsExactly("a", "b");
        assertThat(path(look, "a")).isEqualTo("a.csv");
        assertThat(look.problems())
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.file()).isEqualTo(folder.resolve("a.yaml")));
        assertThat(pipelines.look()).isEqualTo(look);
        write("a.yaml", "a", "changed.csv", "");
        look = pipelines.look();
        assertThat(look.problems()).isEmpty();
        assertThat(path(look, "a")).isEqualTo("changed.csv");
    }

    @Test
    void aNewFileWithErrorsIsLeftOut() throws Exception {
        write("b.yaml", "b", "b.csv", "");
        Files.writeString(folder.resolve("a.yaml"), "name: [");
        PipelineFolder.Look look = pipelines.look();
        assertThat(names(look)).containsExactly("b");
        assertThat(look.problems()).hasSize(1);
    }

    @Test
    void ofTwoFilesThatDoNotFitTheOneThatWasThereStays() throws Exception {
        write("z.yaml", "orders", "old.csv", "");
        pipelines.look();
        write("a.yaml", "orders", "new.csv", "");
        PipelineFolder.Look look = pipelines.look();
        assertThat(path(look, "orders")).isEqualTo("old.csv");
        assertThat(look.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(folder.resolve("a.yaml"));
            assertThat(problem.message()).contains("already in");
        });
        Files.delete(folder.resolve("z.yaml"));
        assertThat(path(pipelines.look(), "orders")).isEqualTo("new.csv");
    }

    @Test
    void aNewFileCannotTakeTheNameOfOneThatChangesInTheSameMoment() throws Exception {
        write("z.yaml", "orders", "old.csv", "");
        pipelines.look();
        write("a.yaml", "orders", "stolen.csv", "");
        write("z.yaml", "orders", "changed.csv", "");
        PipelineFolder.Look look = pipelines.look();
        assertThat(path(look, "orders")).isEqualTo("changed.csv");
        assertThat(look.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).isEqualTo(folder.resolve("a.yaml")));
    }

    @Test
    void whatAFileDeclaresForOthersStaysWhileItHasErrors() throws Exception {
        write("a.yaml", "a", "a.csv", "topics: {shared: {codec: json}}\n");
        Files.writeString(
                folder.resolve("b.yaml"),
                "name: b\nsinks:\n  out: {connector: table, topics: [shared], options: {url: 'jdbc:x'}}\n");
        PipelineFolder.Look before = pipelines.look();
        assertThat(before.problems()).isEmpty();
        Files.writeString(folder.resolve("a.yaml"), "nonsense: true\n");
        assertThat(pipelines.look().set().pipelines())
                .containsExactlyInAnyOrderElementsOf(before.set().pipelines());
    }

    @Test
    void aFileThatIsTakenAwayIsGoneAlsoWhenItHadErrors() throws Exception {
        write("a.yaml", "a", "a.csv", "");
        pipelines.look();
        Files.writeString(folder.resolve("a.yaml"), "nonsense: true\n");
        assertThat(names(pipelines.look())).containsExactly("a");
        Files.delete(folder.resolve("a.yaml"));
        PipelineFolder.Look look = pipelines.look();
        assertThat(names(look)).isEmpty();
        assertThat(look.problems()).isEmpty();
    }

    @Test
    void aLinkToNothingIsNamedAndWhatItLinkedToRunsOn() throws Exception {
        Files.createSymbolicLink(folder.resolve("b.yaml"), Path.of("gone.yaml"));
        write("a.yaml", "a", "a.csv", "");
        PipelineFolder.Look look = pipelines.look();
        assertThat(names(look)).containsExactly("a");
        assertThat(look.problems())
                .singleElement()
                .asString()
                .contains("b.yaml:1:1: this is a link to 'gone.yaml', which is not there");

        Path linked = Files.move(folder.resolve("a.yaml"), folder.resolve("a.txt"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), linked.getFileName());
        assertThat(names(pipelines.look())).containsExactly("a");
        Files.delete(linked);
        look = pipelines.look();
        assertThat(names(look)).containsExactly("a");
        assertThat(look.problems()).hasSize(2);
        assertThat(pipelines.look()).isEqualTo(look);
        Files.delete(folder.resolve("a.yaml"));
        assertThat(names(pipelines.look())).isEmpty();
    }

    @Test
    void aPipelineRunsOnWhileASecretsFileIsAwayAndFollowsItsNewContent() throws Exception {
        Path secret = Files.writeString(folder.resolve("name"), "first.csv");
        write("a.yaml", "a", "'${file:" + secret + "}'", "");
        assertThat(path(pipelines.look(), "a")).isEqualTo("first.csv");
        Files.delete(secret);
        PipelineFolder.Look look = pipelines.look();
        assertThat(look.problems()).isNotEmpty();
        assertThat(path(look, "a")).isEqualTo("first.csv");
        Files.writeString(secret, "second.csv");
        look = pipelines.look();
        assertThat(look.problems()).isEmpty();
        assertThat(path(look, "a")).isEqualTo("second.csv");
    }
}
