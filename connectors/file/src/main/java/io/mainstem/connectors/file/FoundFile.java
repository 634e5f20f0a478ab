package io.mainstem.connectors.file;

import java.nio.file.Path;

/**
 * A file that is there.
 *
 * @param id names it for ever: its path from the folder where the pattern begins, with slashes
 * @param path where it is
 * @param stamp how it looked
 */
record FoundFile(String id, Path path, FileStamp stamp) {}
