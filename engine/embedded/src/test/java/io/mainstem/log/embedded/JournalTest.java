package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final int FILE_BYTES = 64 << 10;

    @TempDir
    Path root;

    private final Storage storage = new RealStorage();

    @Test
    void aLaterFrameOfAnUnforcedFileIsNotTakenForWhatAnotherLifeWrites() throws IOException {
        try (Journal first = journal(Journal.Place.START)) {
            write(first, "one");
            write(first, "two");
            write(first, "three");
        }
        // The power went before the first frame came to the disk; those after it did.
        try (StoredFile file = storage.open(root.resolve(Journal.PREFIX + 0))) {
            file.write(ByteBuffer.allocate(Frame.ALIGNMENT), 0);
        }
        assertThat(read(Journal.Place.START)).isEmpty();
        Journal.Place end = reader(Journal.Place.START).read(entries -> {}, false);
        try (Journal second = journal(end)) {
            second.release(second.place());
            write(second, "another life");
        }
        assertThat(read(end)).containsExactly("another life");
    }

    @Test
    void framesAreReadInOrderOverSeveralFiles() throws IOException {
        List<String> groups = new ArrayList<>();
        try (Journal journal = journal(Journal.Place.START)) {
            for (int i = 0; i < 50; i++) {
                groups.add("group" + i);
                write(journal, groups.get(i));
            }
        }
        assertThat(Journal.numbers(storage, root)).hasSizeGreaterThan(2);
        assertThat(read(Journal.Place.START)).isEqualTo(groups);
    }

    private Journal journal(Journal.Place after) throws IOException {
        return new Journal(storage, root, FILE_BYTES, new Staging(FILE_BYTES), after);
    }

    private static void write(Journal journal, String group) throws IOException {
        Frame frame = new Frame();
        frame.reset();
        frame.groupDeleted(group);
        journal.reserve(frame.paddedLength());
        journal.write(frame);
    }

    private List<String> read(Journal.Place from) throws IOException {
        List<String> groups = new ArrayList<>();
        reader(from)
                .read(
                        entries -> {
                            assertThat(entries.getByte()).isEqualTo(Frame.GROUP_DELETED);
                            groups.add(entries.getString());
                        },
                        false);
        return groups;
    }

    private JournalReader reader(Journal.Place from) {
        return new JournalReader(storage, root, from);
    }
}
