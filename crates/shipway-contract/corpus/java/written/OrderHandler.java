package com.example.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

public class OrderHandler implements RequestHandler<Map<String, String>, String> {
    private final DynamoDbClient dynamo = DynamoDbClient.create();

    @Override
    public String handleRequest(Map<String, String> event, Context context) {
        dynamo.putItem(request -> request
                .tableName(System.getenv("ORDERS_TABLE"))
                .item(Map.of("id", AttributeValue.fromS(event.get("id")))));
        context.getLogger().log("stored for " + System.getenv("TENANT"));
        return event.get("id");
    }
}
