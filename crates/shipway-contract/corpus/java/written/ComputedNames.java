package com.example.billing;

import java.util.List;

public class ComputedNames {
    private static String suffix = "A";

    public String tableFor(String kind) {
        return System.getenv("TABLE_" + kind.toUpperCase());
    }

    public boolean has(String name) {
        return System.getenv().containsKey(name);
    }

    public List<String> all(List<String> names) {
        return names.stream().map(name -> System.getenv(name)).toList();
    }

    public String changing(boolean second) {
        String name = "CHANGING_FIRST";
        if (second) {
            name = "CHANGING_SECOND";
        }
        return System.getenv(name);
    }

    public String other() {
        suffix = suffix + "B";
        return System.getenv("OTHER_" + suffix) + System.getenv(Names.OTHER);
    }
}
