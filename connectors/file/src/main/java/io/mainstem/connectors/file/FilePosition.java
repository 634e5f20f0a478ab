package io.mainstem.connectors.file;

import io.mainstem.api.Position;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far a file has been read.
 *
 * @param offset the bytes in front of it, of the text in UTF-8 without compression
 * @param line the lines in front of it
 * @param rows the rows in front of it
 * @param digest the CRC32C of the bytes in front of it
 * @param openLine whether the last row ended with the file, not with a line end
 * @param end how the file looked when this was its end
 */
record FilePosition(long offset, long line, long rows, long digest, boolean openLine, Optional<FileStamp> end) {

    static final FilePosition START = new FilePosition(0, 0, 0, 0, false, Optional.empty());

    static FilePosition of(Position stored) {
        return new FilePosition(
                stored.longAt("offset").orElse(0L),
                stored.longAt("line").orElse(0L),
                stored.longAt("rows").orElse(0L),
                stored.textAt("crc32c").map(text -> Long.parseLong(text, 16)).orElse(0L),
                Boolean.TRUE.equals(stored.get("open-line")),
                stored.longAt("size")
                        .map(size ->
                                new FileStamp(size, stored.textAt("modified").orElse(""))));
    }

    FilePosition plusRows(int more) {
        return new FilePosition(offset, line, rows + more, digest, openLine, end);
    }

    FilePosition endingAt(FileStamp stamp) {
        return new FilePosition(offset, line, rows, digest, openLine, Optional.of(stamp));
    }

    Position toPosition() {
        Map<String, Object> values = new HashMap<>();
        values.put("offset", offset);
        values.put("line", line);
        values.put("rows", rows);
        values.put("crc32c", String.format(Locale.ROOT, "%08x", digest));
        if (openLine) {
            values.put("open-line", true);
        }
        end.ifPresent(stamp -> {
            values.put("size", stamp.size());
            values.put("modified", stamp.modified());
        });
        return Position.of(values);
    }
}
