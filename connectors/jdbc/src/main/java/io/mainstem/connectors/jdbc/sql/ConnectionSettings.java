package io.mainstem.connectors.jdbc.sql;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * How a database is reached.
 *
 * @param properties the driver's own, as the configuration has them
 */
public record ConnectionSettings(
        String url,
        Optional<String> user,
        Optional<String> password,
        Duration connectTimeout,
        Duration statementTimeout,
        Map<String, String> properties) {

    /** Reads {@link ConnectionOptions}, and the limit of statements from the option that the caller declares. */
    public static ConnectionSettings of(Config config, Option<Duration> statementTimeout) {
        return new ConnectionSettings(
                config.get(ConnectionOptions.URL),
                config.find(ConnectionOptions.USER),
                config.find(ConnectionOptions.PASSWORD),
                config.get(ConnectionOptions.CONNECT_TIMEOUT),
                config.get(statementTimeout),
                config.find(ConnectionOptions.PROPERTIES).orElse(Map.of()));
    }

    /** What the driver is told: who connects, then the dialect's own, then those of the configuration, which win. */
    public Properties driverProperties(Map<String, String> ofDialect) {
        Properties all = new Properties();
        user.ifPresent(name -> all.setProperty("user", name));
        password.ifPresent(secret -> all.setProperty("password", secret));
        all.putAll(ofDialect);
        all.putAll(properties);
        return all;
    }

    /** The address as it may be shown. */
    public String shownUrl() {
        return SafeUrl.of(url);
    }

    /** Who connects, as messages say it. */
    public String shownUser() {
        return user.map(name -> "'" + name + "'").orElse("the driver's default user");
    }

    /** No secrets. */
    @Override
    public String toString() {
        return shownUrl();
    }
}
