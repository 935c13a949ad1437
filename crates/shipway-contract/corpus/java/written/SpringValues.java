package com.example.spring;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** What Spring reads by its annotations is not seen. */
@Component
@ConfigurationProperties(prefix = "orders")
public class SpringValues {
    @Value("${ORDERS_TABLE}")
    private String table;

    @Value("${ORDERS_STAGE:dev}")
    private String stage;

    @Value("#{systemEnvironment['ORDERS_OWNER']}")
    private String owner;

    private final Environment environment;

    public SpringValues(Environment environment) {
        this.environment = environment;
    }

    public String topic() {
        return environment.getProperty("ORDERS_TOPIC") + environment.getRequiredProperty("ORDERS_QUEUE")
                + table + stage + owner;
    }
}
