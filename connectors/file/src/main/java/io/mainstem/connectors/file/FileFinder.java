package io.mainstem.connectors.file;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the files that a path, a folder or a pattern means. */
final class FileFinder {

    private static final Pattern WILD = Pattern.compile("[*?\\[{]");
    private static final int ID_MAX = 1000;

    private final String text;
    private final Path path;
    private final Path base;
    private final String pattern;

    private FileFinder(String text, Path path, Path base, String pattern) {
        this.text = text;
        this.path = path;
        this.base = base;
        this.pattern = pattern;
    }

    static FileFinder of(String text, Context context) {
        Matcher wild = WILD.matcher(text);
        if (!wild.find() || Files.exists(context.resolve(text))) {
            Path path = context.resolve(text);
            Path parent = path.toAbsolutePath().getParent();
            return new FileFinder(text, path, parent == null ? path : parent, "");
        }
        int slash = text.lastIndexOf('/', wild.start());
        String folder = slash < 0 ? "." : text.substring(0, slash + 1);
        Path base = context.resolve(folder).normalize();
        return new FileFinder(text, base, base, text.substring(slash + 1));
    }

    /** The file of an id, whether it is there or not. */
    Path path(String id) {
        return isFolder() ? path.resolve(id) : base.resolve(id);
    }

    private boolean isFolder() {
        return pattern.isEmpty() && Files.isDirectory(path);
    }

    /** All files, by name. */
    List<FoundFile> find() throws IOException {
        if (isFolder()) {
            return walk(path, "*");
        }
        return pattern.isEmpty() ? single() : walk(base, pattern);
    }

    /** The same, where it is no mistake that nothing is there yet. */
    List<FoundFile> findThere() throws IOException {
        return Files.exists(path) ? find() : List.of();
    }

    private List<FoundFile> single() throws IOException {
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new StopException(
                        "file.not-regular",
                        "'" + text + "' is a pipe, a socket or a device (looked at " + path + ")",
                        "Write into a file and name that: a position in it can be read again, which a pipe cannot do.");
            }
            return List.of(new FoundFile(String.valueOf(path.getFileName()), path, FileStamp.of(path)));
        } catch (NoSuchFileException e) {
            throw new StopException(
                    "file.not-found",
                    "there is no file '" + text + "' (looked for " + path + ")",
                    "Correct `path`, or put the file there; a pattern such as '" + text + "*' may match nothing.",
                    e);
        }
    }

    private static List<FoundFile> walk(Path folder, String pattern) throws IOException {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + withAnyFolders(pattern));
        int depth = pattern.contains("**")
                ? Integer.MAX_VALUE
                : 1 + (int) pattern.chars().filter(c -> c == '/').count();
        List<FoundFile> found = new ArrayList<>();
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Path relative = folder.relativize(file);
                if (attributes.isRegularFile() && matcher.matches(relative) && !isHidden(file)) {
                    found.add(new FoundFile(id(relative), file, FileStamp.of(attributes)));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                // A link back to a folder above leads to nothing that is not found anyway.
                if (e instanceof NoSuchFileException || e instanceof FileSystemLoopException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        found.sort(Comparator.comparing(FoundFile::id));
        return found;
    }

    /** A `**` that stands for whole folders may stand for none; Java's own patterns ask for at least one. */
    private static String withAnyFolders(String pattern) {
        StringBuilder out = new StringBuilder();
        boolean inGroup = false;
        int at = 0;
        while (at < pattern.length()) {
            boolean beginsName = at == 0 || pattern.charAt(at - 1) == '/';
            if (beginsName && !inGroup && pattern.startsWith("**/", at)) {
                out.append("{**/,}");
                at += "**/".length();
                continue;
            }
            char c = pattern.charAt(at);
            int end = Math.min(pattern.length(), c == '\\' ? at + 2 : at + 1);
            inGroup = c == '{' || inGroup && c != '}';
            out.append(pattern, at, end);
            at = end;
        }
        return out.toString();
    }

    private static boolean isHidden(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(".") || name.startsWith("_");
    }

    private static String id(Path relative) {
        String id = relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
        if (id.length() > ID_MAX) {
            throw new StopException(
                    "file.path",
                    "the path '" + id + "' is longer than " + ID_MAX + " characters",
                    "Rename or move the file.");
        }
        return id;
    }
}
