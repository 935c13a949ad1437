package com.example.tools;

import static java.lang.System.getenv;

import java.util.Map;

public class StaticImport {
    private final String table = getenv("IMPORTED_TABLE");
    private final Map<String, String> all = getenv();

    public String stage() {
        return getenv().getOrDefault("IMPORTED_STAGE", "dev");
    }

    public boolean debug() {
        return getenv("IMPORTED_DEBUG") != null;
    }

    public String topic() {
        return all.get("IMPORTED_TOPIC") + table;
    }
}
