package com.example.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junitpioneer.jupiter.SetEnvironmentVariable;
import uk.org.webcompere.systemstubs.environment.EnvironmentVariables;

class EnvironmentTests {
    private final EnvironmentVariables environment = new EnvironmentVariables();

    @Test
    @EnabledIfEnvironmentVariable(named = "RUN_SLOW_TESTS", matches = "true")
    void slow() {
        environment.set("TABLE_NAME", "test-orders");
        assertEquals("test-orders", environment.getVariables().get("TABLE_NAME"));
    }

    @Test
    @SetEnvironmentVariable(key = "TOPIC_ARN", value = "arn:test")
    void topic() {
        assertEquals("arn:test", System.getenv("TOPIC_ARN"));
    }
}
