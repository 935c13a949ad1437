package com.example.util;

import java.util.Map;

public class NothingHere {
    private final Map<String, String> environment;

    public NothingHere(Map<String, String> environment) {
        this.environment = environment;
    }

    public String table() {
        return environment.get("TABLE_NAME");
    }

    public String stage() {
        return environment.getOrDefault("STAGE", "dev");
    }

    public long now() {
        return System.currentTimeMillis() + System.nanoTime();
    }
}
