package com.example.report;

public class Ternaries {
    private static final String FORMAT =
            System.getenv("REPORT_FORMAT") != null ? System.getenv("REPORT_FORMAT") : "pdf";

    private final String locale;

    public Ternaries(boolean local) {
        String value = System.getenv("REPORT_LOCALE");
        this.locale = value == null ? "en" : value;
        String host = local ? System.getenv("REPORT_LOCAL") : System.getenv("REPORT_CLOUD");
        System.out.println(host);
    }

    public int copies() {
        final String copies = System.getenv("REPORT_COPIES");
        return copies != null && !copies.isEmpty() ? Integer.parseInt(copies) : 1;
    }

    public String title() {
        return System.getenv("REPORT_DRAFT") == null ? FORMAT : "draft in " + locale;
    }
}
