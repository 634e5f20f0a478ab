package io.mainstem.connectors.jdbc.sql;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;

/** Finds drivers by the plugin's own loader, which sees its {@code lib} and {@code ext}; DriverManager would look into the caller's. */
public final class Drivers {

    private Drivers() {}

    /** The first driver that takes an address. */
    public static Optional<Driver> find(String url) throws SQLException {
        for (Driver driver : ServiceLoader.load(Driver.class, Drivers.class.getClassLoader())) {
            if (driver.acceptsURL(url)) {
                return Optional.of(driver);
            }
        }
        return Optional.empty();
    }

    /** Connects by the first driver that takes the address. */
    public static Connection connect(String url, Properties properties) throws SQLException {
        Connection connection = find(url)
                .orElseThrow(() ->
                        new SQLException("no driver in the plugin's folders lib and ext takes this address", "3D000"))
                .connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not take this address", "08001");
        }
        return connection;
    }
}
