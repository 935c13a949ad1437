package example;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;

/** Adds up an order's lines, reading and writing the JSON itself. */
public class Handler implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        JsonObject event = Json.parse(new InputStreamReader(input, StandardCharsets.UTF_8)).asObject();
        int total = 0;
        for (JsonValue line : event.get("lines").asArray()) {
            total += line.asObject().getInt("quantity", 1) * line.asObject().getInt("cents", 0);
        }
        JsonObject answer = Json.object()
                .add("language", "java (Gradle)")
                .add("lines", event.get("lines").asArray().size())
                .add("cents", total);
        try (Writer writer = new OutputStreamWriter(output, StandardCharsets.UTF_8)) {
            answer.writeTo(writer);
        }
    }
}
