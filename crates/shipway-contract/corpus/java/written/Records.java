package com.example.config;

import java.net.URI;
import java.util.Objects;

public record Records(String table, URI endpoint, int pageSize) {
    private static final String TABLE = "RECORD_TABLE";

    public Records {
        Objects.requireNonNull(table);
    }

    public static Records fromEnvironment() {
        String size = System.getenv("RECORD_PAGE_SIZE");
        return new Records(
                System.getenv(TABLE),
                URI.create(System.getenv("RECORD_ENDPOINT")),
                size == null ? 25 : Integer.parseInt(size));
    }

    record Credentials(String user, String password) {
        static Credentials load() {
            return new Credentials(System.getenv("RECORD_USER"), System.getenv("RECORD_PASSWORD"));
        }
    }
}
