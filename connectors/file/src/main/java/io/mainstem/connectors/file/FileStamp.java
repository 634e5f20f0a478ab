package io.mainstem.connectors.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What tells cheaply that a file is as it was.
 *
 * @param size its bytes
 * @param modified its time of modification as ISO 8601 text
 */
record FileStamp(long size, String modified) {

    static FileStamp of(Path file) throws IOException {
        return of(Files.readAttributes(file, BasicFileAttributes.class));
    }

    static FileStamp of(BasicFileAttributes attributes) {
        return new FileStamp(
                attributes.size(), attributes.lastModifiedTime().toInstant().toString());
    }
}
