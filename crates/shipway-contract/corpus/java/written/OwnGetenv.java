package com.example.tools;

import java.util.HashMap;
import java.util.Map;

/** Has a getenv of its own, and something else that is called System. */
public class OwnGetenv {
    private final Map<String, String> env = new HashMap<>();
    private final Platform platform = new Platform();

    private String getenv(String name) {
        return env.get(name);
    }

    public String table() {
        return getenv("OWN_TABLE") + this.getenv("OWN_TOPIC") + platform.getenv("OWN_QUEUE");
    }

    public String stage() {
        env.put("OWN_STAGE", "dev");
        return env.getOrDefault("OWN_STAGE", "prod") + env.containsKey("OWN_LEVEL");
    }

    static final class Platform {
        String getenv(String name) {
            return "platform's " + name;
        }
    }
}
