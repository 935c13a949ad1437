package com.example.search;

import static java.util.Objects.requireNonNull;

import java.util.Objects;

public class RequireNonNull {
    private final String table;
    private final String topic;
    private final String stage;

    public RequireNonNull() {
        this.table = Objects.requireNonNull(System.getenv("REQUIRED_TABLE"), "REQUIRED_TABLE");
        this.topic = requireNonNull(System.getenv("REQUIRED_TOPIC"));
        this.stage = Objects.requireNonNullElse(System.getenv("REQUIRED_STAGE"), "dev");
    }

    public String queue() {
        String url = System.getenv("REQUIRED_QUEUE");
        Objects.requireNonNull(url, "REQUIRED_QUEUE is not set");
        return url + "/" + table + "/" + topic + "/" + stage;
    }
}
