package io.mainstem.connectors.http.client;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Credentials;

/** The options of a connection, the same for the source and the sink. */
public final class ConnectionOptions {

    /** How requests are authenticated. */
    enum Auth {
        NONE,
        BASIC,
        BEARER,
        API_KEY,
        OAUTH2,
        SESSION
    }

    /** How an OAuth2 token is asked for. */
    enum Grant {
        CLIENT_CREDENTIALS,
        REFRESH_TOKEN,
        PASSWORD,
        JWT_BEARER
    }

    /** Where a client says who it is when it asks for a token. */
    enum ClientAuth {
        BODY,
        BASIC
    }

    /** The signature of a JWT. */
    enum JwtAlgorithm {
        RS256,
        ES256,
        HS256
    }

    /** What to do with addresses that are not public. */
    enum PrivateAddresses {
        ALLOW,
        REFUSE
    }

    private static final long MIB = 1024 * 1024;
    private static final Duration SECOND = Duration.ofSeconds(1);

    static final Option<Auth> AUTH = Option.choice("auth", Auth.class)
            .defaultValue(Auth.NONE)
            .doc(
                    "How requests are authenticated: `basic` with user and password, `bearer` with a token, `api-key` in a header or "
                            + "a query parameter, `oauth2` with tokens that are fetched and renewed, `session` by a login of your own. A "
                            + "client certificate can be used beside each.")
            .example("bearer");
    static final Option<String> USER = Option.text("user")
            .doc("The user of `basic`, of the OAuth2 grant `password`, or of a session.")
            .example("loader");
    static final Option<String> PASSWORD =
            Option.text("password").secret().doc("The password of that user.").example("${env:API_PASSWORD}");
    static final Option<String> TOKEN =
            Option.text("token").secret().doc("The token of `bearer`.").example("${env:API_TOKEN}");
    static final Option<String> API_KEY =
            Option.text("api-key").secret().doc("The key of `api-key`.").example("${env:API_KEY}");
    static final Option<String> API_KEY_HEADER = Option.text("api-key-header")
            .defaultValue("X-API-Key")
            .doc("The header that takes the API key.")
            .example("X-API-Key");
    static final Option<String> API_KEY_PARAMETER = Option.text("api-key-parameter")
            .doc("The query parameter that takes the API key, instead of a header.")
            .example("api_key");
    static final Option<String> TOKEN_URL = Option.text("token-url")
            .doc("Where an OAuth2 token is fetched.")
            .example("https://login.example.com/oauth2/token");
    static final Option<Grant> GRANT = Option.choice("grant", Grant.class)
            .defaultValue(Grant.CLIENT_CREDENTIALS)
            .doc("The OAuth2 grant.")
            .example("client-credentials");
    static final Option<String> CLIENT_ID =
            Option.text("client-id").doc("The id of the OAuth2 client.").example("mainstem");
    static final Option<String> CLIENT_SECRET = Option.text("client-secret")
            .secret()
            .doc("The secret of the OAuth2 client.")
            .example("${env:CLIENT_SECRET}");
    static final Option<ClientAuth> CLIENT_AUTH = Option.choice("client-auth", ClientAuth.class)
            .defaultValue(ClientAuth.BODY)
            .doc(
                    "Where the client's id and secret are sent: in the body of the token request, or as basic authentication.")
            .example("basic");
    static final Option<String> REFRESH_TOKEN = Option.text("refresh-token")
            .secret()
            .doc(
                    "The token of the grant `refresh-token`. One that the server gives in exchange is used until the next start, so "
                            + "the server must accept this one again then.")
            .example("${env:REFRESH_TOKEN}");
    static final Option<String> SCOPE =
            Option.text("scope").doc("The scope to ask for.").example("orders.read");
    static final Option<Map<String, String>> TOKEN_PARAMETERS = Option.map("token-parameters", Option.text("value"))
            .defaultValue(Map.of())
            .doc(
                    "More fields of the token request, or other values for those that the grant sends; an empty value takes a field "
                            + "out. `{client-id}`, `{client-secret}`, `{refresh-token}`, `{user}`, `{password}`, `{scope}` and "
                            + "`{assertion}` stand for those values.")
            .example("{audience: https://api.example.com}");
    static final Option<Map<String, String>> TOKEN_HEADERS = Option.map("token-headers", Option.text("value"))
            .defaultValue(Map.of())
            .doc("More headers of the token request.")
            .example("{Accept: application/json}");
    static final Option<String> TOKEN_AT = Option.text("token-at")
            .defaultValue("/access_token")
            .doc("Where the token stands in the answer to the token request or the login, as a JSON Pointer.")
            .example("/data/token");
    static final Option<String> EXPIRES_AT = Option.text("expires-at")
            .defaultValue("/expires_in")
            .doc(
                    "Where the seconds stand for which the token is good, as a JSON Pointer. It is renewed before they are over.")
            .example("/expires_in");
    static final Option<String> JWT_KEY = Option.text("jwt-key")
            .secret()
            .doc(
                    "The key that signs the assertion of `jwt-bearer`: a private key in PEM (PKCS #8), or the secret of HS256.")
            .example("${file:/run/secrets/service-account.pem}");
    static final Option<JwtAlgorithm> JWT_ALGORITHM = Option.choice("jwt-algorithm", JwtAlgorithm.class)
            .defaultValue(JwtAlgorithm.RS256)
            .doc("How the assertion is signed.")
            .example("rs256");
    static final Option<Map<String, String>> JWT_CLAIMS = Option.map("jwt-claims", Option.text("value"))
            .defaultValue(Map.of())
            .doc(
                    "The claims of the assertion; `iat`, `exp` and `jti` are added, and `aud` is the token's URL if it is not given.")
            .example("{iss: loader@example.com, scope: orders.read}");
    static final Option<String> LOGIN_URL =
            Option.text("login-url").doc("Where a session begins, by a POST.").example("https://api.example.com/login");
    static final Option<String> LOGIN_BODY = Option.text("login-body")
            .defaultValue("{\"user\": \"{user}\", \"password\": \"{password}\"}")
            .doc("The body of the login, in JSON.")
            .example("{\"name\": \"{user}\", \"key\": \"{password}\"}");
    static final Option<String> SESSION_HEADER = Option.text("session-header")
            .defaultValue("Authorization: Bearer {token}")
            .doc(
                    "The header that carries the session's token, which is found by `token-at`. Cookies that the login sets are sent "
                            + "back in any case.")
            .example("X-Session: {token}");

    static final Option<String> CLIENT_CERTIFICATE = Option.text("client-certificate")
            .doc("A file in PEM with the certificate that this client shows, and those it was signed by.")
            .example("tls/client.pem");
    static final Option<String> CLIENT_KEY = Option.text("client-key")
            .doc("A file in PEM (PKCS #8, not encrypted) with the key of the client's certificate.")
            .example("tls/client-key.pem");
    static final Option<String> CA = Option.text("ca")
            .doc("A file in PEM with the certificates to trust, instead of those that Java trusts.")
            .example("tls/ca.pem");

    static final Option<Rate> RATE = Option.parsed("rate", Rate::parse)
            .doc(
                    "The most requests in any period of that length, as the server sees them, for all sources and sinks of this "
                            + "process with the same connection. A redirect that is followed and a request for a token are not held "
                            + "back, but count. What the server says about its limits is obeyed in any case.")
            .example("5000/h");
    static final Option<Long> RETRIES = Option.integer("retries", 0, 20)
            .defaultValue(4L)
            .doc(
                    "How often a request is repeated at once when there was no answer or its status was 408, 425, 429 or one from 500, "
                            + "with growing waits. After that the pipeline's own policy decides.")
            .example("4");
    static final Option<Duration> WAIT_MAX = Option.duration("wait-max", SECOND, Duration.ofDays(1))
            .defaultValue(Duration.ofHours(1))
            .doc(
                    "The longest wait that a server may ask for; it is asked again after this time if it wants more. How often is limited by `give-up-after` of the pipeline.")
            .example("15m");
    static final Option<Duration> CONNECT_TIMEOUT = Option.duration(
                    "connect-timeout", Duration.ofMillis(10), Duration.ofMinutes(10))
            .defaultValue(Duration.ofSeconds(10))
            .doc("How long connecting may take, to each address of a host.")
            .example("10s");
    static final Option<Duration> READ_TIMEOUT = Option.duration(
                    "read-timeout", Duration.ofMillis(10), Duration.ofHours(1))
            .defaultValue(Duration.ofMinutes(1))
            .doc("How long nothing may come, while an answer is waited for and within it.")
            .example("1m");
    static final Option<Duration> CALL_TIMEOUT = Option.duration(
                    "call-timeout", Duration.ofMillis(10), Duration.ofDays(1))
            .defaultValue(Duration.ofMinutes(4))
            .doc("How long a request may take until the end of its answer.")
            .example("4m");
    static final Option<Long> MAX_BODY = Option.size("max-body", 1, 64 * 1024 * MIB)
            .defaultValue(256 * MIB)
            .doc(
                    "The most bytes of an answer, counted after it was unpacked. It is read as it comes, not kept in memory.")
            .example("1GiB");
    static final Option<Long> REDIRECTS = Option.integer("redirects", 0, 10)
            .defaultValue(10L)
            .doc("How many redirects are followed. Credentials go to no other host, and another scheme is refused.")
            .example("0");
    static final Option<PrivateAddresses> PRIVATE_ADDRESSES = Option.choice("private-addresses", PrivateAddresses.class)
            .defaultValue(PrivateAddresses.ALLOW)
            .doc(
                    "Whether connections to addresses of private networks, of this machine and of its neighbours are allowed. Set "
                            + "`refuse` where others may choose the URLs. With a proxy, the proxy decides.")
            .example("refuse");
    static final Option<String> PROXY =
            Option.text("proxy").doc("A proxy for HTTP, as host:port.").example("proxy.example.com:3128");
    static final Option<String> PROXY_USER =
            Option.text("proxy-user").doc("The user for the proxy.").example("loader");
    static final Option<String> PROXY_PASSWORD = Option.text("proxy-password")
            .secret()
            .doc("The password for the proxy.")
            .example("${env:PROXY_PASSWORD}");
    static final Option<Boolean> HTTP2 = Option.bool("http2")
            .defaultValue(true)
            .doc("Whether HTTP/2 is used with a server that offers it.")
            .example("false");

    /** All of them, in the order in which documentation lists them. */
    public static final List<Option<?>> ALL = List.of(
            AUTH,
            USER,
            PASSWORD,
            TOKEN,
            API_KEY,
            API_KEY_HEADER,
            API_KEY_PARAMETER,
            TOKEN_URL,
            GRANT,
            CLIENT_ID,
            CLIENT_SECRET,
            CLIENT_AUTH,
            REFRESH_TOKEN,
            SCOPE,
            TOKEN_PARAMETERS,
            TOKEN_HEADERS,
            TOKEN_AT,
            EXPIRES_AT,
            JWT_KEY,
            JWT_ALGORITHM,
            JWT_CLAIMS,
            LOGIN_URL,
            LOGIN_BODY,
            SESSION_HEADER,
            CLIENT_CERTIFICATE,
            CLIENT_KEY,
            CA,
            RATE,
            RETRIES,
            WAIT_MAX,
            CONNECT_TIMEOUT,
            READ_TIMEOUT,
            CALL_TIMEOUT,
            MAX_BODY,
            REDIRECTS,
            PRIVATE_ADDRESSES,
            PROXY,
            PROXY_USER,
            PROXY_PASSWORD,
            HTTP2);

    private ConnectionOptions() {}

    /** What is wrong between these options. */
    public static List<Problem> problems(Config config) {
        List<Problem> problems = new ArrayList<>();
        for (Option<String> needed : needed(config)) {
            if (config.find(needed).isEmpty()) {
                problems.add(Problem.at(
                        AUTH,
                        "needs '" + needed.name() + "' beside it; set it, such as '" + needed.name() + ": "
                                + needed.example() + "'"));
            }
        }
        if (config.isSet(CLIENT_CERTIFICATE) != config.isSet(CLIENT_KEY)) {
            problems.add(Problem.of("'client-certificate' and 'client-key' need each other; set both or neither"));
        }
        for (Option<String> sent : List.of(TOKEN, API_KEY)) {
            boolean isHeader = sent == TOKEN || config.find(API_KEY_PARAMETER).isEmpty();
            config.find(sent)
                    .filter(value -> isHeader && !HttpRequest.canBeHeader(value))
                    .ifPresent(value -> problems.add(Problem.at(
                            sent,
                            "has a character that no header can have; only letters, digits and signs of ASCII can")));
        }
        for (Option<String> place : List.of(TOKEN_AT, EXPIRES_AT)) {
            JsonPlace.problem(config.find(place)).ifPresent(text -> problems.add(Problem.at(place, text)));
        }
        config.find(PROXY)
                .filter(proxy -> !proxy.matches("[^:/]+:[0-9]{1,5}"))
                .ifPresent(proxy -> problems.add(Problem.at(PROXY, "must be host:port, not '" + proxy + "'")));
        return problems;
    }

    private static List<Option<String>> needed(Config config) {
        return switch (config.get(AUTH)) {
            case NONE -> List.of();
            case BASIC -> List.of(USER, PASSWORD);
            case BEARER -> List.of(TOKEN);
            case API_KEY -> List.of(API_KEY);
            case SESSION -> List.of(LOGIN_URL);
            case OAUTH2 ->
                switch (config.get(GRANT)) {
                    case CLIENT_CREDENTIALS -> List.of(TOKEN_URL, CLIENT_ID, CLIENT_SECRET);
                    case REFRESH_TOKEN -> List.of(TOKEN_URL, REFRESH_TOKEN);
                    case PASSWORD -> List.of(TOKEN_URL, USER, PASSWORD);
                    case JWT_BEARER -> List.of(TOKEN_URL, JWT_KEY);
                };
        };
    }

    /** What lets somebody in, as it is configured and as it is sent. */
    static List<String> secrets(Config config) {
        List<String> secrets = new ArrayList<>();
        for (Option<?> option : ALL) {
            if (option.isSecret() && config.isSet(option)) {
                secrets.add(config.get(option).toString());
            }
        }
        for (List<Option<String>> pair : List.of(
                List.of(USER, PASSWORD), List.of(CLIENT_ID, CLIENT_SECRET), List.of(PROXY_USER, PROXY_PASSWORD))) {
            config.find(pair.get(1))
                    .ifPresent(secret -> secrets.add(
                            Credentials.basic(config.find(pair.get(0)).orElse(""), secret, StandardCharsets.UTF_8)
                                    .substring("Basic ".length())));
        }
        return secrets;
    }

    /** The part of a configuration that makes a connection what it is: equal for those who can share one. */
    static Config of(Config config) {
        Map<String, Object> values = new HashMap<>();
        for (Option<?> option : ALL) {
            if (config.isSet(option)) {
                values.put(option.name(), config.get(option));
            }
        }
        return Config.of(values);
    }
}
