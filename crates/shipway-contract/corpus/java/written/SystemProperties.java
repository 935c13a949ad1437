package com.example.tools;

import java.util.Properties;

/** Properties are not the environment. */
public class SystemProperties {
    private final String table = System.getProperty("TABLE_NAME");
    private final String stage = System.getProperty("STAGE", "dev");
    private final boolean debug = Boolean.getBoolean("DEBUG");
    private final int size = Integer.getInteger("PAGE_SIZE", 25);

    public String owner() {
        Properties properties = System.getProperties();
        return properties.getProperty("OWNER") + table + stage + debug + size;
    }

    public void set() {
        System.setProperty("TOPIC", "none");
        System.clearProperty("QUEUE");
    }
}
