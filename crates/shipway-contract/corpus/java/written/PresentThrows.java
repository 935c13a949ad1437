package com.example.report;

public class PresentThrows {
    static {
        if (System.getenv("LEGACY_TABLE") != null) {
            throw new IllegalStateException("LEGACY_TABLE is gone");
        }
    }

    public void check() {
        String stage = System.getenv("CHECK_STAGE");
        if ("production".equals(stage)) {
            throw new UnsupportedOperationException("not in production");
        }
        if (System.getenv().containsKey("CHECK_FORBIDDEN")) {
            System.exit(1);
        }
        if (!"yes".equals(System.getenv("CHECK_CONFIRMED"))) {
            throw new IllegalStateException("set CHECK_CONFIRMED=yes");
        }
    }
}
