package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceLoader;

/** Finds drivers by the plugin's own loader, which sees its {@code lib} and {@code ext}; DriverManager would look into the caller's. */
final class Drivers {

    private Drivers() {}

    static boolean has(String url) {
        for (Driver driver : ServiceLoader.load(Driver.class, Drivers.class.getClassLoader())) {
            try {
                if (driver.acceptsURL(url)) {
                    return true;
                }
            } catch (SQLException e) {
                // Not this one.
            }
        }
        return false;
    }

    static Connection connect(String url, Properties properties) throws SQLException {
        for (Driver driver : ServiceLoader.load(Driver.class, Drivers.class.getClassLoader())) {
            if (driver.acceptsURL(url)) {
                Connection connection = driver.connect(url, properties);
                if (connection != null) {
                    return connection;
                }
            }
        }
        throw new SQLException("no driver in the plugin's folders lib and ext takes this address", "3D000");
    }
}
