package io.mainstem.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the reader of pipelines share: files with these contents, and what becomes of them. */
abstract class PipelineReaderCase {

    @TempDir
    Path folder;

    private PipelineSet read(Map<String, String> environment, String... contents) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < contents.length; i++) {
            files.add(Files.writeString(folder.resolve((char) ('a' + i) + ".yaml"), contents[i]));
        }
        return PipelineReader.read(files, ExampleConnectors.catalog(), environment);
    }

    final PipelineSet.Valid valid(String content) throws IOException {
        return valid(Map.of(), content);
    }

    final PipelineSet.Valid valid(Map<String, String> environment, String... contents) throws IOException {
        PipelineSet set = read(environment, contents);
        assertThat(set).isInstanceOf(PipelineSet.Valid.class);
        return (PipelineSet.Valid) set;
    }

    final String problems(String... contents) throws IOException {
        return problems(Map.of(), contents);
    }

    final String problems(Map<String, String> environment, String... contents) throws IOException {
        PipelineSet set = read(environment, contents);
        assertThat(set).isInstanceOf(PipelineSet.Invalid.class);
        return lines(((PipelineSet.Invalid) set).problems());
    }

    static String lines(List<ConfigProblem> problems) {
        return problems.stream()
                .map(problem -> problem.file().getFileName() + ":" + problem.line() + ":" + problem.column() + ": "
                        + problem.message())
                .collect(Collectors.joining("\n"));
    }
}
