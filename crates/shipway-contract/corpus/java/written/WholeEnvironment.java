package com.example.process;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

public class WholeEnvironment {
    private final Map<String, String> copy = new HashMap<>(System.getenv());

    public void print() {
        for (Map.Entry<String, String> entry : System.getenv().entrySet()) {
            System.out.println(entry.getKey() + "=" + entry.getValue());
        }
        System.getenv().forEach((name, value) -> System.out.println(name));
        System.out.println(new TreeMap<>(System.getenv()));
        System.out.println(System.getenv().size() + System.getenv().keySet().toString());
    }

    public String home() {
        return copy.get("HOME") + copy.getOrDefault("SHELL", "sh");
    }

    public Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/opt/bin/tool");
        builder.environment().putAll(System.getenv());
        builder.environment().put("TOOL_HOME", "/opt");
        builder.environment().remove("TOOL_DEBUG");
        return builder.start();
    }
}
