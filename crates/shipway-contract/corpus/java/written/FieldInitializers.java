package com.example.orders;

import java.net.URI;
import java.time.Duration;

public final class FieldInitializers {
    private static final String TABLE = System.getenv("FIELD_TABLE");
    private static final Duration TIMEOUT =
            Duration.ofSeconds(Long.parseLong(System.getenv("FIELD_TIMEOUT")));
    private static final int PAGE =
            Integer.parseInt(System.getenv().getOrDefault("FIELD_PAGE", "25"));

    private final URI endpoint = URI.create(System.getenv("FIELD_ENDPOINT"));
    private final String owner = System.getenv("FIELD_OWNER");

    static {
        System.setProperty("sun.net.http.allowRestrictedHeaders", "true");
        System.setProperty("http.agent", System.getenv("FIELD_AGENT"));
    }

    public String describe() {
        return TABLE + " of " + owner + " at " + endpoint + " within " + TIMEOUT + " by " + PAGE;
    }
}
