package io.mainstem.connectors.jdbc.sql;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The options by which source and sink reach a database, and the rule that no password stands where it would be shown. */
public final class ConnectionOptions {

    public static final Option<String> URL = Option.text("url")
            .required()
            .doc(
                    "The database: jdbc:postgresql://HOST:PORT/DATABASE, jdbc:mysql://, jdbc:mariadb://, jdbc:sqlserver://, jdbc:oracle:, jdbc:h2:, "
                            + "or jdbc:sqlite:FILE; a relative path begins at the folder of the pipeline's file, and a sink makes a missing file with "
                            + "its folder. All but PostgreSQL, SQLite and H2 need their driver in the plugin's ext folder. User and password have "
                            + "options of their own.")
            .example("jdbc:postgresql://localhost:5432/shop");
    public static final Option<String> USER = Option.text("user")
            .doc("Who connects; without it, the driver's default.")
            .example("loader");
    public static final Option<String> PASSWORD =
            Option.text("password").secret().doc("The user's password.").example("${env:SHOP_PASSWORD}");
    public static final Option<Duration> CONNECT_TIMEOUT = Option.duration(
                    "connect-timeout", Duration.ofMillis(100), Duration.ofMinutes(10))
            .defaultValue(Duration.ofSeconds(10))
            .doc("How long connecting may take; for SQLite also waiting for its lock.")
            .example("30s");
    public static final Option<Map<String, String>> PROPERTIES = Option.map("properties", Option.text("property"))
            .doc("Properties for the driver, such as those for TLS.")
            .example("{sslmode: verify-full}");

    private static final Pattern SECRET_IN_URL =
            Pattern.compile("(?i)[?&;](password|pwd|sslpassword)=|//[^/@?]*:[^/@?]*@");
    private static final Pattern SECRET_PROPERTY = Pattern.compile("(?i)password|pwd");

    private ConnectionOptions() {}

    /** The limit of one statement, which means something else to each who sets it. */
    public static Option<Duration> statementTimeout(Duration byDefault, String doc) {
        return Option.duration("statement-timeout", Duration.ofMillis(100), Duration.ofHours(24))
                .defaultValue(byDefault)
                .doc(doc)
                .example("30m");
    }

    /** A rule: a password in the address or among the properties would be shown. */
    public static List<Problem> secretsHaveTheirOption(Config config) {
        List<Problem> problems = new ArrayList<>();
        if (SECRET_IN_URL.matcher(config.get(URL)).find()) {
            problems.add(
                    Problem.at(URL, "has a password in it, which would be shown; put it into the option 'password'"));
        }
        config.find(PROPERTIES).orElse(Map.of()).keySet().stream()
                .filter(name -> SECRET_PROPERTY.matcher(name).matches())
                .forEach(name -> problems.add(Problem.at(
                        PROPERTIES, "has a password in it, '" + name + "'; put it into the option 'password'")));
        return problems;
    }
}
