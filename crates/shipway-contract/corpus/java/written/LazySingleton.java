package com.example.util;

public final class LazySingleton {
    private static volatile LazySingleton instance;

    private final String endpoint;

    private LazySingleton(String endpoint) {
        this.endpoint = endpoint;
    }

    public static LazySingleton get() {
        if (instance == null) {
            synchronized (LazySingleton.class) {
                if (instance == null) {
                    instance = new LazySingleton(System.getenv("LAZY_ENDPOINT"));
                }
            }
        }
        return instance;
    }

    public boolean secure() {
        boolean forced = System.getenv("LAZY_FORCE_TLS") != null;
        return forced || endpoint.startsWith("https");
    }
}
