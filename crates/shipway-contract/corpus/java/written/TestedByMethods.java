package com.example.util;

public class TestedByMethods {
    private static final String ROLE = System.getenv("TESTED_ROLE");
    private static final String TABLE = System.getenv("TESTED_TABLE");
    private final String topic = System.getenv("TESTED_TOPIC");

    public String role() {
        if (ROLE == null) {
            return "reader";
        }
        return ROLE;
    }

    public String table() {
        if (TABLE == null) {
            throw new IllegalStateException("TESTED_TABLE is not set");
        }
        return TABLE + topic;
    }
}
