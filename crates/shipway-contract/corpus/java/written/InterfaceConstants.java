package com.example.config;

public interface InterfaceConstants {
    String TABLE = System.getenv("INTERFACE_TABLE");

    default String stage() {
        String stage = System.getenv("INTERFACE_STAGE");
        return stage != null ? stage : "dev";
    }

    static String topic() {
        return System.getenv("INTERFACE_TOPIC").toLowerCase();
    }

    @interface Named {
        String value() default "System.getenv(\"INTERFACE_NAMED\")";
    }
}
