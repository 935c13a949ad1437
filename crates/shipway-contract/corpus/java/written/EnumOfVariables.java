package com.example.config;

/** The names stand in the constants, the one read is computed. */
public enum EnumOfVariables {
    TABLE("ENUM_TABLE", null),
    STAGE("ENUM_STAGE", "dev"),
    LEVEL("ENUM_LEVEL", System.getenv("ENUM_DEFAULT_LEVEL"));

    private final String variable;
    private final String otherwise;

    EnumOfVariables(String variable, String otherwise) {
        this.variable = variable;
        this.otherwise = otherwise;
    }

    public String value() {
        String value = System.getenv(variable);
        return value == null ? otherwise : value;
    }

    public boolean isSet() {
        return System.getenv().containsKey(name());
    }
}
