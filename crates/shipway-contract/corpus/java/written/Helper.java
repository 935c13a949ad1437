package com.example.tools;

import java.util.Optional;

/** A helper's own reads are computed, its calls are none. */
public final class Helper {
    private final String table = required("HELPER_TABLE");
    private final String level = optional("HELPER_LEVEL", "info");

    private static String required(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }

    private static String optional(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
    }

    public String stage() {
        return System.getenv("HELPER_STAGE");
    }

    @Override
    public String toString() {
        return table + level + stage();
    }
}
