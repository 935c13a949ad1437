package com.example.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

public class PassedOnUntested {
    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", System.getenv("DB_USER"));
        properties.setProperty("password", System.getenv("DB_PASSWORD"));
        String url = String.format("jdbc:postgresql://%s:%d/%s",
                System.getenv("DB_HOST"),
                Integer.parseInt(System.getenv("DB_PORT")),
                System.getenv("DB_NAME").trim());
        return DriverManager.getConnection(url, properties);
    }

    public int pool() {
        return Integer.valueOf(System.getenv("DB_POOL"));
    }

    public String[] schemas() {
        return new String[] {System.getenv("DB_SCHEMA"), "public"};
    }
}
