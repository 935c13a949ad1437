package com.example.format;

public class WindowsLineEnds {
    private static final String TABLE = System.getenv("WINDOWS_TABLE");

    public String stage() {
        String stage = System.getenv("WINDOWS_STAGE");
        if (stage == null) {
            return "dev";
        }
        return stage;
    }

    public String text() {
        return """
            %s
            """.formatted(TABLE) + System.getenv("WINDOWS_SUFFIX");
    }
}
