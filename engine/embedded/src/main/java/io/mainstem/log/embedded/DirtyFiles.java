package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The files and folders with changes that no force has followed: what the next checkpoint forces.
 *
 * <p>Thread-safe; its lock is a leaf.
 */
final class DirtyFiles {
    private Set<Segment> segments = new LinkedHashSet<>();
    private Set<Segment> indexes = new LinkedHashSet<>();
    private Set<Path> folders = new LinkedHashSet<>();

    /** What was dirty at one moment. */
    record Taken(Set<Segment> segments, Set<Segment> indexes, Set<Path> folders) {

        /** Forces all of it. After a failure none of it may be forced again. */
        void force(OpenFiles files, Forces forces) throws IOException {
            forces.each(segments, segment -> forceUnlessDeleted(segment, files));
            forces.each(indexes, segment -> forceIndex(segment, files.storage()));
            forces.each(folders, folder -> {
                if (files.storage().size(folder) >= 0) {
                    files.storage().forceDirectory(folder);
                }
            });
        }

        private static void forceUnlessDeleted(Segment segment, OpenFiles files) throws IOException {
            if (segment.deleted) {
                return;
            }
            try {
                files.force(segment);
            } catch (IOException e) {
                if (!segment.deleted) {
                    throw e;
                }
            }
        }

        private static void forceIndex(Segment segment, Storage storage) throws IOException {
            if (segment.deleted) {
                return;
            }
            try (var file = storage.open(segment.indexFile)) {
                file.force();
            }
            try (var file = storage.open(segment.timeIndexFile)) {
                file.force();
            }
        }
    }

    synchronized void add(Segment segment) {
        segments.add(segment);
    }

    synchronized void addIndex(Segment segment) {
        indexes.add(segment);
    }

    synchronized void addFolder(Path folder) {
        folders.add(folder);
    }

    /** Gives all of it away and begins anew. */
    synchronized Taken take() {
        Taken taken = new Taken(segments, indexes, folders);
        segments = new LinkedHashSet<>();
        indexes = new LinkedHashSet<>();
        folders = new LinkedHashSet<>();
        return taken;
    }
}
