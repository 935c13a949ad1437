package com.example.text;

/**
 * Set it before: {@code System.getenv("DOC_TABLE")}.
 *
 * <pre>
 * String table = System.getenv("DOC_EXAMPLE");
 * </pre>
 */
public class CommentsAndStrings {
    // private final String old = System.getenv("OLD_TABLE");
    /* private final String older = System.getenv("OLDER_TABLE"); */

    private static final String HELP = "call System.getenv(\"HELP_TABLE\") first";
    private static final String BLOCK = """
            String table = System.getenv("BLOCK_TABLE");
            if (table == null) throw new IllegalStateException();
            """;
    private static final char QUOTE = '"';

    private final String topic = "System.getenv is " + System.getenv("REAL_TOPIC");

    public String text() {
        return HELP + BLOCK + QUOTE + topic; // System.getenv("TRAILING")
    }
}
