package com.example.search;

import java.util.Optional;

public class OptionalChains {
    private final String endpoint =
            Optional.ofNullable(System.getenv("SEARCH_ENDPOINT")).orElse("http://localhost:9200");
    private final int shards = Optional.ofNullable(System.getenv("SEARCH_SHARDS"))
            .map(Integer::parseInt)
            .orElseGet(() -> 1);
    private final String index = Optional.ofNullable(System.getenv("SEARCH_INDEX"))
            .filter(value -> !value.isBlank())
            .orElseThrow(() -> new IllegalStateException("SEARCH_INDEX is not set"));
    private final String key = Optional.ofNullable(System.getenv("SEARCH_KEY")).orElseThrow();
    private final String user = Optional.of(System.getenv("SEARCH_USER")).get();

    public String url() {
        return endpoint + "/" + index + "?shards=" + shards + "&user=" + user + "&key=" + key;
    }
}
