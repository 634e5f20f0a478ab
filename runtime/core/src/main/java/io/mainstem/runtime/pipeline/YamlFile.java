package io.mainstem.runtime.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a YAML file into nodes, within limits. What is wrong with it goes to the findings. */
final class YamlFile {

    /** No pipeline written by hand comes near; a data file given by mistake is refused at once. */
    private static final int MAX_BYTES = 3 << 20;

    private YamlFile() {}

    /** The root of the file, unless it cannot be read as YAML. */
    static Optional<YamlNode> read(Findings findings, Outside outside) {
        return bytes(findings).flatMap(bytes -> read(bytes, findings, outside));
    }

    /** The same for the bytes of the file as they were once. */
    static Optional<YamlNode> read(byte[] bytes, Findings findings, Outside outside) {
        return decode(bytes, findings).flatMap(text -> parse(text, findings, outside));
    }

    private static Optional<byte[]> bytes(Findings findings) {
        Path file = findings.file();
        if (Files.isDirectory(file)) {
            findings.problem(Place.START, NearbyFiles.insteadOfFolder(file, findings.kind()));
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                findings.problem(Place.START, "the file has more than 3 MiB; is it a " + findings.kind() + "?");
                return Optional.empty();
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            findings.problem(Place.START, NearbyFiles.insteadOfMissing(file));
        } catch (AccessDeniedException e) {
            findings.problem(Place.START, "this user may not read the file; change its mode or owner");
        } catch (IOException e) {
            findings.problem(Place.START, "the file cannot be read: " + e);
        }
        return Optional.empty();
    }

    private static Optional<String> decode(byte[] bytes, Findings findings) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
            findings.problem(
                    new Place(line, text.length() - text.lastIndexOf('\n')),
                    "the file is not UTF-8 text from here on; save it in that encoding, if it is a " + findings.kind());
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private static Optional<YamlNode> parse(String text, Findings findings, Outside outside) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(findings.file().toString())
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            return new YamlComposer(
                            new Parse(settings).parseString(text).iterator(),
                            findings,
                            new Placeholders(outside, findings))
                    .document();
        } catch (YamlComposer.Refused e) {
            findings.problem(e.place(), e.reason());
        } catch (MarkedYamlEngineException e) {
            // What is not closed is found out behind the last line, and stands where it was opened.
            long lines = text.lines().count();
            Place place = e.getProblemMark()
                    .filter(mark -> mark.getLine() < lines)
                    .or(e::getContextMark)
                    .or(e::getProblemMark)
                    .map(YamlFile::place)
                    .orElse(Place.START);
            findings.problem(place, "this is not YAML: " + explanation(e));
        } catch (ReaderException e) {
            findings.problem(
                    Place.START,
                    "this is not YAML: it has a character that text cannot have at index " + e.getPosition());
        } catch (YamlEngineException e) {
            findings.problem(Place.START, "this is not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String explanation(MarkedYamlEngineException e) {
        String problem = e.getContext() == null ? e.getProblem() : e.getProblem() + " " + e.getContext();
        if (problem.startsWith("mapping values are not allowed")) {
            return problem + "; a text with a colon and a space in it, such as an expression, stands in quotes";
        }
        boolean isSign = problem.endsWith("scanning a tag") || problem.endsWith("scanning an alias");
        return isSign ? problem + "; a text that begins with '!' or '*' stands in quotes" : problem;
    }
}
