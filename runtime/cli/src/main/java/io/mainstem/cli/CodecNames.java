package io.mainstem.cli;

import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.runtime.codec.CodecKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Codecs and compressions as they are typed. */
final class CodecNames {

    private CodecNames() {}

    static Optional<CodecKind> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(CodecKind.values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        CommandException.usage("--codec is '" + text + "'; it must be avro, json, text or bytes")));
    }

    static Compression compression(@Nullable String text) {
        if (text == null) {
            return Compression.NONE;
        }
        return Arrays.stream(Compression.values())
                .filter(compression -> name(compression).equals(text))
                .findFirst()
                .orElseThrow(() -> CommandException.usage(
                        "--compression is '" + text + "'; it must be none, gzip, snappy, lz4 or zstd"));
    }

    static String name(Compression compression) {
        return compression.name().toLowerCase(Locale.ROOT);
    }
}
