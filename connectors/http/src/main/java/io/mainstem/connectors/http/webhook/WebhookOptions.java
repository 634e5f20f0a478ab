package io.mainstem.connectors.http.webhook;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.connectors.http.client.JsonPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options of the source that receives. */
final class WebhookOptions {

    /** Who signs what comes, and how. */
    enum Signature {
        NONE,
        GITHUB,
        STRIPE,
        SLACK,
        SHOPIFY,
        HMAC
    }

    /** How a signature is written. */
    enum Encoding {
        HEX,
        BASE64
    }

    /** What a body is. */
    enum Body {
        ONE,
        ARRAY,
        LINES
    }

    private static final long KIB = 1024;
    private static final Duration SECOND = Duration.ofSeconds(1);

    static final Option<String> HOST = Option.text("host")
            .defaultValue("127.0.0.1")
            .doc("The address to listen at; 0.0.0.0 is every one of this machine.")
            .example("0.0.0.0");
    static final Option<Long> PORT = Option.integer("port", 1, 65_535)
            .defaultValue(8480L)
            .doc(
                    "The port to listen at. Sources of one process may share a port, with the same TLS and different paths.")
            .example("8480");
    static final Option<String> PATH = Option.text("path")
            .required()
            .doc("The path of the URL that senders use. Deeper paths are not taken.")
            .example("/hooks/github");
    static final Option<List<String>> METHODS = Option.list("methods", Option.text("method"))
            .defaultValue(List.of("POST"))
            .doc("The verbs that are taken.")
            .example("[POST, PUT]");
    static final Option<String> TLS_CERTIFICATE = Option.text("tls-certificate")
            .doc(
                    "A file in PEM with the certificate of this server, and those it was signed by. Without it, the server talks plain "
                            + "HTTP: put it behind a proxy that does TLS, or listen at this machine alone.")
            .example("tls/server.pem");
    static final Option<String> TLS_KEY = Option.text("tls-key")
            .doc("A file in PEM (PKCS #8, not encrypted) with its key.")
            .example("tls/server-key.pem");
    static final Option<Body> BODY = Option.choice("body", Body.class)
            .defaultValue(Body.ONE)
            .doc(
                    "Whether a body is one record, an array in JSON of records, or a record in each line. All of one body become "
                            + "durable together. A body that is no array where one should be is answered with 400.")
            .example("array");
    static final Option<Long> MAX_BODY = Option.size("max-body", 1, 64 * KIB * KIB)
            .defaultValue(KIB * KIB)
            .doc("The most bytes of a body; a larger one is answered with 413.")
            .example("256KiB");
    static final Option<Long> QUEUE = Option.integer("queue", 1, 100_000)
            .defaultValue(1000L)
            .doc("How many requests may wait for the log; more are answered with 503 and `Retry-After`.")
            .example("5000");
    static final Option<Duration> ANSWER_WITHIN = Option.duration("answer-within", SECOND, Duration.ofMinutes(5))
            .defaultValue(Duration.ofSeconds(10))
            .doc("How long a sender waits for the log at most; then it gets 503, and sends again.")
            .example("5s");
    static final Option<Signature> SIGNATURE = Option.choice("signature", Signature.class)
            .defaultValue(Signature.NONE)
            .doc(
                    "How the sender signs: as GitHub, Stripe, Slack and Shopify do, or an HMAC as the `hmac-` options say. What is not "
                            + "signed rightly is answered with 401.")
            .example("github");
    static final Option<List<String>> SECRETS = Option.list(
                    "secrets", Option.text("secret").secret())
            .defaultValue(List.of())
            .secret()
            .doc("The secrets of the signature; any one will do, so that they can be changed without a gap.")
            .example("${env:WEBHOOK_SECRET}");
    static final Option<Duration> REPLAY_WINDOW = Option.duration("replay-window", SECOND, Duration.ofDays(1))
            .defaultValue(Duration.ofMinutes(5))
            .doc(
                    "How old a signed time may be, where the time is signed (Stripe, Slack, or `hmac-time-header`); older ones, which "
                            + "somebody may have recorded, are answered with 401.")
            .example("5m");
    static final Option<String> HMAC_HEADER = Option.text("hmac-header")
            .defaultValue("X-Signature")
            .doc("The header with the signature of `hmac`.")
            .example("X-Signature");
    static final Option<String> HMAC_PREFIX = Option.text("hmac-prefix")
            .defaultValue("")
            .doc("What stands before it in that header.")
            .example("sha256=");
    static final Option<String> HMAC_ALGORITHM = Option.text("hmac-algorithm")
            .defaultValue("HmacSHA256")
            .doc("The algorithm: HmacSHA256, HmacSHA512, HmacSHA1.")
            .example("HmacSHA512");
    static final Option<Encoding> HMAC_ENCODING = Option.choice("hmac-encoding", Encoding.class)
            .defaultValue(Encoding.HEX)
            .doc("How it is written.")
            .example("base64");
    static final Option<String> HMAC_TIME_HEADER = Option.text("hmac-time-header")
            .doc(
                    "The header with the time, in seconds since 1970, that is signed with the body: `{time}` of `hmac-content`.")
            .example("X-Timestamp");
    static final Option<String> HMAC_CONTENT = Option.text("hmac-content")
            .doc(
                    "What is signed, with `{body}`, `{time}` of `hmac-time-header` and `{id}` of `id-header`; without this option, "
                            + "`{time}.{body}` where there is a time, else `{body}`. Who has recorded a delivery can give one that is not "
                            + "signed with its id another id, and so have it published once more within the window.")
            .example("{id}.{time}.{body}");
    static final Option<String> ID_HEADER = Option.text("id-header")
            .doc(
                    "The header that names a delivery. One that comes again with the same name is answered with 200 and published no "
                            + "second time; also after a restart, as long as it is among the last `remember` deliveries. Of GitHub it is "
                            + "X-GitHub-Delivery, of Shopify X-Shopify-Webhook-Id, without setting it.")
            .example("X-Delivery-Id");
    static final Option<String> ID_AT = Option.text("id-at")
            .doc(
                    "Where the body, if it is JSON or a form, has the name of the delivery, as a JSON Pointer. Of Stripe it is /id, "
                            + "of Slack /event_id, without setting it. A delivery without one is taken, and has no name.")
            .example("/id");
    static final Option<Long> REMEMBER = Option.integer("remember", 0, 20_000)
            .defaultValue(2000L)
            .doc("How many deliveries are remembered by their names.")
            .example("10000");
    static final Option<Long> QUOTA = Option.integer("quota", 1, 1_000_000)
            .doc("The most requests a second of one sender, which is its address; more are answered with 429.")
            .example("100");
    static final Option<List<String>> KEY_HEADERS = Option.list("headers", Option.text("name"))
            .defaultValue(List.of())
            .doc("Headers to keep in the record. Those of signatures and credentials are better left out.")
            .example("[X-GitHub-Event]");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    HOST,
                    PORT,
                    PATH,
                    METHODS,
                    TLS_CERTIFICATE,
                    TLS_KEY,
                    BODY,
                    MAX_BODY,
                    QUEUE,
                    ANSWER_WITHIN,
                    SIGNATURE,
                    SECRETS,
                    REPLAY_WINDOW,
                    HMAC_HEADER,
                    HMAC_PREFIX,
                    HMAC_ALGORITHM,
                    HMAC_ENCODING,
                    HMAC_TIME_HEADER,
                    HMAC_CONTENT,
                    ID_HEADER,
                    ID_AT,
                    REMEMBER,
                    QUOTA,
                    KEY_HEADERS)
            .rule(WebhookOptions::problems);

    private WebhookOptions() {}

    private static List<Problem> problems(Config config) {
        List<Problem> problems = new ArrayList<>();
        if (!config.get(PATH).startsWith("/")) {
            problems.add(Problem.at(PATH, "must begin with a slash, not '" + config.get(PATH) + "'"));
        }
        JsonPlace.problem(config.find(ID_AT)).ifPresent(text -> problems.add(Problem.at(ID_AT, text)));
        if (config.get(SIGNATURE) != Signature.NONE && config.get(SECRETS).isEmpty()) {
            problems.add(Problem.at(SIGNATURE, "needs 'secrets' beside it"));
        }
        if (config.isSet(TLS_CERTIFICATE) != config.isSet(TLS_KEY)) {
            problems.add(Problem.of("'tls-certificate' and 'tls-key' need each other; set both or neither"));
        }
        config.find(HMAC_CONTENT).ifPresent(content -> {
            if (!content.contains("{body}")) {
                problems.add(Problem.at(HMAC_CONTENT, "must have {body} in it"));
            }
            if (content.contains("{time}") && !config.isSet(HMAC_TIME_HEADER)) {
                problems.add(Problem.at(HMAC_CONTENT, "has {time}, and needs 'hmac-time-header' beside it"));
            }
            if (content.contains("{id}") && !config.isSet(ID_HEADER)) {
                problems.add(Problem.at(HMAC_CONTENT, "has {id}, and needs 'id-header' beside it"));
            }
            if (config.isSet(HMAC_TIME_HEADER) && !content.contains("{time}")) {
                problems.add(Problem.at(HMAC_CONTENT, "must have {time} in it, or the time could be any"));
            }
        });
        if (!List.of("HmacSHA1", "HmacSHA256", "HmacSHA512").contains(config.get(HMAC_ALGORITHM))) {
            problems.add(Problem.at(HMAC_ALGORITHM, "must be HmacSHA256, HmacSHA512 or HmacSHA1"));
        }
        return problems;
    }
}
