package com.example.billing;

public class ConstantNames {
    public static final String TABLE_VARIABLE = "CONSTANT_TABLE";
    private static final String PREFIX = "CONSTANT_";
    static final String TOPIC_VARIABLE = PREFIX + "TOPIC";

    private final String table = System.getenv(TABLE_VARIABLE);
    private final String topic = System.getenv(ConstantNames.TOPIC_VARIABLE);
    private final String queue = System.getenv(PREFIX + "QUEUE");
    private final String bucket = System.getenv("CONSTANT" + "_" + "BUCKET");

    public String level() {
        final String name = "CONSTANT_LEVEL";
        return System.getenv().getOrDefault(name, "info");
    }

    public String index() {
        String name = PREFIX + "INDEX";
        String index = System.getenv(name);
        return index == null ? table : index + topic + queue + bucket;
    }
}
