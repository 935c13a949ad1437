package com.example.format;

public class SyntaxError {
    private final String table = System.getenv("BROKEN_TABLE");

    public String topic( {
        return "none";
    }

    public String queue() {
        String queue = System.getenv("BROKEN_QUEUE");
        if (queue == null) {
            return "none";
        }
        return queue + ;
    }

    public String bucket() {
        return System.getenv("BROKEN_BUCKET");
    }
