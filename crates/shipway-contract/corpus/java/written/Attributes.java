package com.example.db;

public class Attributes {
    private final String table;
    private String index;
    private final String cache;
    private final String bucket;
    private final int ttl;

    public Attributes() {
        this.table = System.getenv("ATTRIBUTE_TABLE");
        if (this.table == null) {
            throw new IllegalStateException("ATTRIBUTE_TABLE is not set");
        }
        index = System.getenv("ATTRIBUTE_INDEX");
        if (index == null || index.isBlank()) {
            index = "by-owner";
        }
        this.cache = System.getenv("ATTRIBUTE_CACHE");
        this.ttl = this.cache != null ? 60 : 0;
        this.bucket = System.getenv("ATTRIBUTE_BUCKET");
    }

    public String describe() {
        return table + index + cache + bucket + ttl;
    }
}
