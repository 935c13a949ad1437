package com.example.tools;

public class QualifiedSystem {
    private final String table = java.lang.System.getenv("QUALIFIED_TABLE");
    private final String spaced = System . getenv ( "QUALIFIED_SPACED" );

    public String level() {
        return java.lang.System.getenv().getOrDefault("QUALIFIED_LEVEL", "info") + table + spaced;
    }
}
