package com.example.format;

import java.util.Optional;

public class OverSeveralLines {
    private final String table = System
            .getenv(
                    "SPREAD_TABLE");

    private final String stage =
            System.getenv()
                    .getOrDefault(
                            "SPREAD_STAGE",
                            "dev");

    private final String index = Optional
            .ofNullable(
                    System.getenv(
                            "SPREAD_INDEX"))
            .orElse("default");

    public String text() {
        String note
                = System.getenv("SPREAD_NOTE");
        if (
            note == null
        ) {
            return table;
        }
        return note + stage + index;
    }
}
