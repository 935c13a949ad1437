package com.example.billing;

import java.util.Objects;

public class Comparisons {
    private final boolean production = "production".equals(System.getenv("BILLING_STAGE"));
    private final boolean dry = Objects.equals(System.getenv("BILLING_DRY"), "1");
    private final boolean verbose = Boolean.parseBoolean(System.getenv("BILLING_VERBOSE"));
    private final boolean loud = "true".equalsIgnoreCase(System.getenv("BILLING_LOUD"));
    private final boolean set = System.getenv("BILLING_SET") != null;

    public String currency() {
        String currency = System.getenv("BILLING_CURRENCY");
        if (currency != null && currency.equals("EUR")) {
            return "€";
        }
        return "$";
    }

    public boolean quiet() {
        return !verbose && !loud && null == System.getenv("BILLING_NOISE");
    }

    public boolean real() {
        return production && !dry && set;
    }
}
