package io.mainstem.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The file in a data folder that says how to reach the process that has the folder. Only the user who owns the process can
 * read it: the token in it opens the port.
 *
 * @param pid the process
 * @param port its port on the loopback address
 * @param token what a request must carry
 * @param rest where its REST interface is, if it has one
 */
record WorkerFile(long pid, int port, String token, Optional<URI> rest) {

    private static final String NAME = "worker.json";
    private static final int BYTES_MAX = 4096;
    private static final JsonFactory JSON = new JsonFactory();

    /** Writes the file; only the process that has the folder may. A reader sees all of it or none. */
    void write(Path folder) throws IOException {
        Path part = folder.resolve(NAME + ".part");
        Files.deleteIfExists(part);
        try (ByteChannel channel = Files.newByteChannel(
                part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(folder))) {
            ByteBuffer bytes = ByteBuffer.wrap(json());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(part, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) throws IOException {
        return Files.getFileStore(folder).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private byte[] json() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("pid", pid);
            json.writeNumberField("port", port);
            json.writeStringField("token", token);
            if (rest.isPresent()) {
                json.writeStringField("rest", rest.get().toString());
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }

    /** Reads the file, unless it is none, or of a process that has ended. */
    static Optional<WorkerFile> read(Path folder) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(folder.resolve(NAME))) {
            bytes = in.readNBytes(BYTES_MAX);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return parse(bytes).filter(WorkerFile::isAlive);
    }

    private static Optional<WorkerFile> parse(byte[] bytes) throws IOException {
        long pid = 0;
        int port = 0;
        String token = "";
        Optional<URI> rest = Optional.empty();
        try (JsonParser json = JSON.createParser(bytes)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "pid" -> pid = json.getValueAsLong();
                    case "port" -> port = json.getValueAsInt();
                    case "token" -> token = json.getValueAsString("");
                    case "rest" -> rest = Optional.of(URI.create(json.getValueAsString("")));
                    default -> json.skipChildren();
                }
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return pid > 0 && port > 0 && port < 1 << 16
                ? Optional.of(new WorkerFile(pid, port, token, rest))
                : Optional.empty();
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "process " + pid + " at port " + port;
    }
}
