package com.example.config;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

public class Lambdas {
    private final Supplier<String> table = () -> System.getenv("SUPPLIED_TABLE");
    private final Function<String, String> prefixed = id -> {
        String prefix = System.getenv("SUPPLIED_PREFIX");
        if (prefix == null) {
            return id;
        }
        return prefix + id;
    };

    public List<String> keys(List<String> ids) {
        return ids.stream()
                .filter(id -> !id.equals(System.getenv("SUPPLIED_EXCLUDED")))
                .map(id -> System.getenv("SUPPLIED_ROOT") + "/" + prefixed.apply(id))
                .toList();
    }

    public Thread start() {
        Thread thread = new Thread(() -> System.out.println(System.getenv("SUPPLIED_GREETING")));
        thread.setName(table.get());
        return thread;
    }
}
