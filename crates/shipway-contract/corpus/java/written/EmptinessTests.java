package com.example.db;

public class EmptinessTests {
    public String engine() {
        String engine = System.getenv().getOrDefault("ENGINE", "");
        return engine.isEmpty() ? "postgres" : engine;
    }

    public boolean tracing() {
        String tracing = System.getenv("TRACING");
        return tracing != null && !tracing.isBlank() && tracing.length() < 10;
    }

    public String level() {
        String level = System.getenv("LEVEL");
        if (StringUtils.isNotEmpty(level) && level != null) {
            return level;
        }
        return "info";
    }
}
