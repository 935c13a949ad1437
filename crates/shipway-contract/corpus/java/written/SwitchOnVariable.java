package com.example.billing;

public class SwitchOnVariable {
    enum Mode { FAST, SAFE }

    public Mode mode() {
        return switch (System.getenv().getOrDefault("SWITCH_MODE", "safe")) {
            case "fast" -> Mode.FAST;
            default -> Mode.SAFE;
        };
    }

    public String bucket() {
        String stage = System.getenv("SWITCH_STAGE");
        if (stage == null) {
            return "invoices-dev";
        }
        switch (stage) {
            case "staging":
                return "invoices-staging";
            case "production":
                return "invoices";
            default:
                throw new IllegalStateException("no bucket for " + stage);
        }
    }
}
