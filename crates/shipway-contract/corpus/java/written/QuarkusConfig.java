package com.example.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@ApplicationScoped
public class QuarkusConfig {
    @ConfigProperty(name = "GREETING_TABLE")
    String table;

    @ConfigProperty(name = "GREETING_STAGE", defaultValue = "dev")
    String stage;

    private final String message = System.getenv("GREETING_MESSAGE");

    public String topic() {
        return ConfigProvider.getConfig().getValue("GREETING_TOPIC", String.class) + table + stage + message;
    }
}
