package com.example.scope;

import java.util.Map;

public class ShadowedNames {
    private static final String NAME = "SCOPE_TABLE";
    private final Map<String, String> env = System.getenv();

    public String table() {
        return System.getenv(NAME);
    }

    public String named(String NAME) {
        return System.getenv(NAME);
    }

    public String stage() {
        return env.get("SCOPE_STAGE");
    }

    public String account(Map<String, String> env) {
        return env.get("SCOPE_ACCOUNT") + env.getOrDefault("SCOPE_OWNER", "nobody");
    }

    public boolean local() {
        Map<String, String> env = Map.of("SCOPE_LOCAL", "true");
        return env.containsKey("SCOPE_LOCAL");
    }
}
