package io.mainstem.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks the process that has a data folder to run a command. For one thread.
 *
 * <p>It uses the JDK's old HTTP client, since the new one alone takes longer than all the rest of a short command.
 */
public final class ControlClient {

    /** The most bytes of input that can be sent with a command. */
    public static final int INPUT_BYTES_MAX = CommandRequest.INPUT_BYTES_MAX;

    /** A worker says something each second. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final int REFUSAL_BYTES_MAX = 4096;
    private static final JsonFactory JSON = new JsonFactory();

    private final WorkerFile worker;

    private ControlClient(WorkerFile worker) {
        this.worker = worker;
    }

    /**
     * Finds the process that has the folder, if it lives and has opened its port.
     *
     * @throws IOException when the file that tells cannot be read
     */
    public static Optional<ControlClient> find(Path folder) throws IOException {
        return WorkerFile.read(folder).map(ControlClient::new);
    }

    /**
     * Runs a command there.
     *
     * @param input what the command reads as its input
     * @return the exit code, or empty when it is not the worker of the folder that answers, or nobody does: what the folder
     *     says is then of a worker that is no more
     * @throws ControlException when the worker refuses, or goes away in the middle
     */
    public OptionalInt run(List<String> arguments, byte[] input, CommandOutput output) throws ControlException {
        HttpURLConnection connection = null;
        try {
            connection = connect(arguments, input);
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
                return OptionalInt.empty();
            }
            if (status != HttpURLConnection.HTTP_OK) {
                throw new ControlException("process " + worker.pid() + " refused: " + refusal(connection));
            }
            return OptionalInt.of(read(connection.getInputStream(), output));
        } catch (ConnectException e) {
            return OptionalInt.empty();
        } catch (SocketTimeoutException e) {
            throw new ControlException(
                    "process " + worker.pid() + ", which has the data folder, does not answer; look at that process",
                    e);
        } catch (IOException e) {
            throw broken(e);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    private ControlException broken(IOException cause) {
        return new ControlException(
                "process " + worker.pid() + ", which has the data folder, ended before the command did ("
                        + cause.getMessage() + ")",
                cause);
    }

    /** Its length is said first, also because the client would otherwise send a request again that has failed. */
    private HttpURLConnection connect(List<String> arguments, byte[] input) throws IOException {
        byte[] line = CommandRequest.line(arguments);
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + worker.port() + CommandRequest.PATH)
                        .toURL()
                        .openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) CONNECT_MAX.toMillis());
        connection.setReadTimeout((int) SILENCE_MAX.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setDoOutput(true);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Authorization", ControlServer.bearer(worker.token()));
        connection.setFixedLengthStreamingMode((long) line.length + input.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(line);
            out.write(input);
        }
        return connection;
    }

    private static String refusal(HttpURLConnection connection) throws IOException {
        try (InputStream error = connection.getErrorStream()) {
            return error == null
                    ? "status " + connection.getResponseCode()
                    : new String(error.readNBytes(REFUSAL_BYTES_MAX), StandardCharsets.UTF_8).strip();
        }
    }

    private static int read(InputStream answer, CommandOutput output) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            OptionalInt exitCode = line.isEmpty() ? OptionalInt.empty() : frame(line, output);
            if (exitCode.isPresent()) {
                return exitCode.getAsInt();
            }
            if (output.isClosed()) {
                return 0;
            }
        }
        throw new IOException("its answer has no end");
    }

    private static OptionalInt frame(String line, CommandOutput output) throws IOException {
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case Frames.OUT -> output.out(json.getText());
                    case Frames.ERR -> output.err(json.getText());
                    case Frames.EXIT -> {
                        return OptionalInt.of(json.getIntValue());
                    }
                    default -> json.skipChildren();
                }
            }
        }
        return OptionalInt.empty();
    }
}
