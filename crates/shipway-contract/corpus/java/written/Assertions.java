package com.example.db;

public class Assertions {
    private final String table;

    public Assertions() {
        String table = System.getenv("ASSERTED_TABLE");
        assert table != null : "ASSERTED_TABLE is not set";
        this.table = table;
    }

    public String topic() {
        assert System.getenv("ASSERTED_TOPIC") != null;
        return table + "-topic";
    }
}
