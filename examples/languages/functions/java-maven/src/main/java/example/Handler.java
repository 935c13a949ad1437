package example;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Adds up an order that comes as comma-separated lines: item, quantity, price. */
public class Handler {
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).build();

    public Map<String, Object> handleRequest(Map<String, String> event) throws IOException {
        BigDecimal total = BigDecimal.ZERO;
        int lines = 0;
        try (CSVParser records = CSVParser.parse(event.get("order"), FORMAT)) {
            for (CSVRecord line : records) {
                total = total.add(new BigDecimal(line.get("price")).multiply(new BigDecimal(line.get("quantity"))));
                lines++;
            }
        }
        Map<String, Object> answer = new TreeMap<>();
        answer.put("language", "java (Maven)");
        answer.put("lines", lines);
        answer.put("total", total.toPlainString());
        return answer;
    }
}
