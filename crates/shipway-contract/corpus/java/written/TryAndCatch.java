package com.example.util;

public class TryAndCatch {
    public int timeout() {
        try {
            String timeout = System.getenv("CAUGHT_TIMEOUT");
            if (timeout == null) {
                return 3;
            }
            return Integer.parseInt(timeout);
        } catch (NumberFormatException problem) {
            System.err.println(System.getenv("CAUGHT_HINT") + ": " + problem.getMessage());
            return 3;
        } finally {
            System.out.println(System.getenv("CAUGHT_LABEL"));
        }
    }

    public void fail() {
        String reason = System.getenv("CAUGHT_REASON");
        throw new IllegalStateException(reason == null ? "no reason" : reason);
    }
}
