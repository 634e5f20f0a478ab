package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.pipeline.PipelineSet.Invalid;
import io.mainstem.runtime.pipeline.PipelineSet.Valid;
import io.mainstem.runtime.plugin.Connectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The pipeline files of a folder while people change them. A file that is not right counts as it was when it last was, so that
 * there is always a whole set that fits together. Files in folders below it, and those whose names begin with a dot, are not
 * looked at. For one thread.
 */
public final class PipelineFolder {

    /** No pipeline written by hand comes near. */
    private static final int BYTES_MAX = 3 << 20;

    private final Path folder;
    private final Connectors catalog;
    private final Outside outside;
    private Map<Path, byte[]> good = new TreeMap<>();
    private Optional<byte[]> fingerprint = Optional.empty();
    private Look look = new Look(new Valid(List.of(), Secrets.none(), List.of()), List.of());
    private Valid last = new Valid(List.of(), Secrets.none(), List.of());

    /**
     * What a look has found.
     *
     * @param set the pipelines that should run, of all files that are right, or once were
     * @param problems what is wrong with the files that are left out or count as they were, in order
     */
    public record Look(Valid set, List<ConfigProblem> problems) {

        /** Copies the list. */
        public Look {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A folder.
     *
     * @param outside what placeholders may name
     */
    public PipelineFolder(Path folder, Connectors catalog, Outside outside) {
        this.folder = folder;
        this.catalog = catalog;
        this.outside = outside;
    }

    /**
     * Looks at all files.
     *
     * @throws IOException when the folder or a file in it cannot be read; the next look may do better
     */
    public Look look() throws IOException {
        List<ConfigProblem> broken = new ArrayList<>();
        Map<Path, byte[]> present = read(broken);
        Optional<byte[]> now = Fingerprint.of(present, outside.secrets());
        // Hundreds of files that nobody changes cost next to nothing.
        if (!Fingerprint.areSame(now, fingerprint)) {
            look = look(present);
            fingerprint = now;
        }
        if (broken.isEmpty()) {
            return look;
        }
        broken.addAll(look.problems());
        return new Look(look.set(), broken.stream().sorted().toList());
    }

    private Look look(Map<Path, byte[]> present) {
        Map<Path, byte[]> files = new LinkedHashMap<>();
        // Of two files that do not fit together the later one is refused: it should be the one that has changed, or is
        // new.
        present.forEach((file, bytes) -> {
            if (Arrays.equals(bytes, good.get(file))) {
                files.put(file, bytes);
            }
        });
        present.forEach((file, bytes) -> {
            if (good.containsKey(file)) {
                files.putIfAbsent(file, bytes);
            }
        });
        present.forEach(files::putIfAbsent);
        Set<ConfigProblem> problems = new TreeSet<>();
        PipelineSet set = PipelineReader.read(files, catalog, outside);
        while (set instanceof Invalid invalid) {
            problems.addAll(invalid.problems());
            goBack(files, invalid);
            set = PipelineReader.read(files, catalog, outside);
        }
        good.keySet().retainAll(present.keySet());
        good.putAll(files);
        last = withThoseThatRun((Valid) set, files.keySet());
        return new Look(last, new ArrayList<>(problems));
    }

    /**
     * Adds the pipelines of files that are as they were and not right any more, because what they name outside is gone: a
     * secret's file, a plugin. They run on.
     */
    private Valid withThoseThatRun(Valid set, Set<Path> right) {
        List<Pipeline> all = new ArrayList<>(set.pipelines());
        Secrets secrets = set.secrets();
        for (Pipeline before : last.pipelines()) {
            boolean isLeftOut = good.containsKey(before.file()) && !right.contains(before.file());
            if (isLeftOut && all.stream().noneMatch(other -> other.name().equals(before.name()))) {
                all.add(before);
                secrets = secrets.and(last.secrets());
            }
        }
        return new Valid(all, secrets, set.warnings());
    }

    /** Files with problems count as they were, or not at all. */
    private void goBack(Map<Path, byte[]> files, Invalid invalid) {
        Set<Path> wrong = new LinkedHashSet<>();
        invalid.problems().forEach(problem -> wrong.add(problem.file()));
        for (Path file : wrong) {
            byte[] before = good.get(file);
            if (before == null || Arrays.equals(before, files.get(file))) {
                files.remove(file);
            } else {
                files.put(file, before);
            }
        }
    }

    private Map<Path, byte[]> read(List<ConfigProblem> broken) throws IOException {
        List<Path> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.filter(PipelineFolder::isPipeline).sorted().toList();
        }
        Map<Path, byte[]> all = new LinkedHashMap<>();
        for (Path file : names) {
            if (isBroken(file)) {
                broken.add(new ConfigProblem(
                        file, 1, 1, "this is a link to '" + Files.readSymbolicLink(file) + "', which is not there"));
                Optional.ofNullable(good.get(file)).ifPresent(before -> all.put(file, before));
                continue;
            }
            try (InputStream in = Files.newInputStream(file)) {
                all.put(file, in.readNBytes(BYTES_MAX + 1));
            } catch (NoSuchFileException e) {
                // Taken away in this moment.
                all.remove(file);
            }
        }
        return all;
    }

    private static boolean isPipeline(Path file) {
        String name = String.valueOf(file.getFileName());
        return !name.startsWith(".") && NearbyFiles.isYaml(name) && (Files.isRegularFile(file) || isBroken(file));
    }

    /** Whether it is a link to nothing: what it linked to counts as it was. */
    private static boolean isBroken(Path file) {
        return Files.isSymbolicLink(file) && Files.notExists(file);
    }
}
