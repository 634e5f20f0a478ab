package io.mainstem.runtime.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whether the texts of pipelines are as they were, with the files and secrets that they bring in. For one thread. */
final class Fingerprint {

    private static final Pattern OUTSIDE = Pattern.compile("\\$\\{([a-z0-9][a-z0-9-]*):([^}]*)}");

    private final MessageDigest digest;
    private boolean isWhole = true;

    private final SecretProviders secrets;

    private Fingerprint(SecretProviders secrets) {
        this.secrets = secrets;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** The fingerprint, or empty when it cannot be told what the texts bring in. */
    static Optional<byte[]> of(Map<Path, byte[]> files, SecretProviders secrets) {
        Fingerprint fingerprint = new Fingerprint(secrets);
        files.forEach(fingerprint::add);
        return fingerprint.isWhole ? Optional.of(fingerprint.digest.digest()) : Optional.empty();
    }

    /** Whether two are the same, and both could be told. */
    static boolean areSame(Optional<byte[]> one, Optional<byte[]> other) {
        return one.isPresent() && other.isPresent() && Arrays.equals(one.get(), other.get());
    }

    private void add(Path file, byte[] bytes) {
        add(file.toString().getBytes(StandardCharsets.UTF_8));
        add(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.contains("\\") && namesOutside(text)) {
            // A placeholder may be written with escapes, which only the reader of YAML understands.
            isWhole = false;
        }
        Matcher matcher = OUTSIDE.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals("file")) {
                addFile(file, matcher.group(2));
            } else if (secrets.has(matcher.group(1))) {
                addSecret(matcher.group(1), matcher.group(2));
            }
        }
    }

    private boolean namesOutside(String text) {
        return text.contains("file") || secrets.names().stream().anyMatch(text::contains);
    }

    private void addSecret(String provider, String name) {
        try {
            add(secrets.get(provider, name).getBytes(StandardCharsets.UTF_8));
        } catch (SecretException e) {
            add(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void addFile(Path file, String path) {
        try (InputStream in = Files.newInputStream(file.toAbsolutePath().resolveSibling(path))) {
            add(in.readNBytes(Placeholders.MAX_FILE_BYTES + 1));
        } catch (IOException | InvalidPathException e) {
            add(e.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** With its length, so that no part can be taken for another. */
    private void add(byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        digest.update(part);
    }
}
