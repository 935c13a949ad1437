package com.example.scope;

import java.net.URI;
import java.util.Map;

public class KnownToBeSet {
    public URI proxy() {
        if (System.getenv("OUTBOUND_PROXY") != null) {
            return URI.create(System.getenv("OUTBOUND_PROXY"));
        }
        return null;
    }

    public String user() {
        Map<String, String> env = System.getenv();
        if (!env.containsKey("API_USER")) {
            return "guest";
        }
        return env.get("API_USER") + ":" + env.get("API_PASSWORD");
    }

    public String stage() {
        return System.getenv().containsKey("API_STAGE") ? System.getenv("API_STAGE") : "dev";
    }

    public boolean debug() {
        return System.getenv("API_DEBUG") != null && System.getenv("API_DEBUG").contains("http");
    }
}
