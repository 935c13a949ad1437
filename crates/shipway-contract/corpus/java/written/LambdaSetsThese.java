package com.example.process;

public class LambdaSetsThese {
    private static final String REGION = System.getenv("AWS_REGION");
    private static final String FUNCTION = "AWS_LAMBDA_FUNCTION_NAME";

    private final String root = System.getenv().getOrDefault("LAMBDA_TASK_ROOT", "/var/task");
    private final String profile = System.getenv("AWS_PROFILE");
    private final String options = System.getenv("JAVA_TOOL_OPTIONS");

    public String name() {
        return System.getenv(FUNCTION) + "@" + System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
    }

    public boolean snapStart() {
        return "snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    }

    public String endpoint() {
        String endpoint = System.getenv("AWS_ENDPOINT_URL");
        return endpoint == null ? "https://" + REGION + root : endpoint + profile + options;
    }
}
