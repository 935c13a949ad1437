package com.example.config;

import java.util.concurrent.Callable;

public class InnerClasses {
    private static final String KEY = "INNER_TABLE";

    static class Store {
        private final String table = System.getenv(KEY);

        String describe() {
            return new Object() {
                final String label = System.getenv("ANONYMOUS_LABEL");
            }.label + table;
        }
    }

    class Reader {
        String read() {
            String file = System.getenv("INNER_FILE");
            if (file == null) {
                return "";
            }
            return file;
        }
    }

    Callable<String> task() {
        return new Callable<>() {
            @Override
            public String call() {
                return System.getenv("ANONYMOUS_TASK");
            }
        };
    }
}
