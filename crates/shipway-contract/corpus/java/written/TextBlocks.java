package com.example.text;

public class TextBlocks {
    private static final String NAME = """
            BLOCK_NAMED""";

    public String query() {
        return """
                select *
                from %s
                where "stage" = '%s'
                """.formatted(System.getenv("BLOCK_SCHEMA"), System.getenv().getOrDefault("BLOCK_STAGE", "dev"));
    }

    public String named() {
        return System.getenv(NAME);
    }

    public String after() {
        String text = """
                \""" and "quotes" and \\
                """;
        return text + System.getenv("BLOCK_AFTER");
    }
}
