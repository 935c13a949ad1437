package com.example.report;

public class AbsentThrows {
    public String table() {
        String table = System.getenv("THROWS_TABLE");
        if (table == null || table.isEmpty()) {
            throw new IllegalStateException("THROWS_TABLE is not set");
        }
        return table;
    }

    public String topic() {
        String topic = System.getenv("THROWS_TOPIC");
        if (topic != null) {
            return topic;
        } else {
            System.err.println("no topic");
            throw new IllegalStateException("THROWS_TOPIC is not set");
        }
    }

    public int limit() {
        if (System.getenv("THROWS_LIMIT") == null) throw new NullPointerException("THROWS_LIMIT");
        return Integer.parseInt(System.getenv("THROWS_LIMIT"));
    }

    public static void main(String[] arguments) {
        String mode = System.getenv("THROWS_MODE");
        if (mode == null) {
            System.err.println("THROWS_MODE is not set");
            System.exit(2);
        }
        System.out.println(mode);
    }
}
