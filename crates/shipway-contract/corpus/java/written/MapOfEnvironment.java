package com.example.mail;

import java.util.Map;

public class MapOfEnvironment {
    private static final Map<String, String> ENV = System.getenv();

    private final String host = ENV.get("SMTP_HOST");
    private final int port = Integer.parseInt(ENV.getOrDefault("SMTP_PORT", "587"));

    public boolean tls() {
        return ENV.containsKey("SMTP_TLS");
    }

    public String sender() {
        Map<String, String> env = System.getenv();
        String sender = env.get("SMTP_SENDER");
        return sender == null ? "no-reply@example.com" : sender;
    }

    public String user() {
        var variables = System.getenv();
        return variables.get("SMTP_USER") + "@" + host + ":" + port;
    }
}
